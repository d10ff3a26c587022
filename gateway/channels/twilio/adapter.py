"""The adapter of Twilio's messaging, WhatsApp and SMS, on Twilio's own SDK."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from starlette.datastructures import QueryParams
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator, get_signature_algorithm
from twilio.rest import Client

from billing.config import Settings
from billing.outgoing.http import NotConnected, Session
from gateway.channels.adapter import NotDelivered, Rejected, SignatureInvalid
from gateway.channels.fitting import Abilities
from gateway.channels.schemas import Call, Heard, Incoming, Profile, Received, Shown
from gateway.channels.twilio.reading import WHATSAPP, events_of
from gateway.channels.web import LATER, seconds

TEXT = 1600
TIMEOUT = 10
WEBHOOK = "/webhooks/twilio/messages"
NO_REPLY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""TwiML that says nothing: what there is to say is sent through the API."""


class Twilio:
    """Twilio's webhooks in, its REST API out. No buttons: a list of numbers, and a typed number chooses."""

    name = "twilio"
    calls: Mapping[str, tuple[str, ...]] = {"messages": ("POST",)}
    abilities = Abilities(text=TEXT, pictures=True)

    def __init__(self, settings: Settings) -> None:
        self._account, self._sms_links = settings.twilio_account_sid or "", settings.twilio_sms_linking
        self._validator = RequestValidator(settings.twilio_auth_token or "")
        self._webhook = f"{(settings.public_url or '').rstrip('/')}{WEBHOOK}"
        self._client = Client(
            self._account, settings.twilio_auth_token, http_client=_Transport(settings.twilio_api_url)
        )

    def verify(self, request: Incoming) -> Mapping[str, Any]:
        """The signature over the address that Twilio was given and the form, which it signs name by name.

        The address is a setting: what a proxy says of it could be said by anybody.
        """
        address = f"{self._webhook}?{request.query}" if request.query else self._webhook
        signature = request.headers.get("x-twilio-signature") or ""
        algorithm = get_signature_algorithm(request.headers.get("x-twilio-webhooks-signature-settings"))
        try:
            valid = self._validator.validate(address, _form(request), signature, algorithm)
        except ValueError:  # a body that is no text, or an address that is none
            valid = False
        if not valid:
            raise SignatureInvalid
        return {}

    def read(self, request: Incoming, proof: Mapping[str, Any]) -> Received:
        """One message."""
        received = events_of(_form(request), self._account)
        return Received(received.events, NO_REPLY, "text/xml")

    def render(self, shown: Shown, place: Mapping[str, Any]) -> list[Call]:
        """A message for each text; the chart as media, where media costs nothing more (not by SMS)."""
        calls = [Call(method="messages", body={**place, "body": text}) for text in shown.texts]
        if shown.chart is not None and place["to"].startswith(WHATSAPP):
            body = {**place, "body": shown.chart.title, "media": shown.chart.token}
            calls.append(Call(method="messages", body=body, optional=True))
        return calls

    def acknowledge(self, heard: Heard) -> list[Call]:
        """Nothing is pressed here."""
        return []

    def settle(self, heard: Heard, shown: Shown, title: str) -> list[Call]:
        """Nothing is pressed here."""
        return []

    def profile(self, heard: Heard) -> Profile:
        """Twilio knows no more of a number."""
        return Profile()

    def can_link(self, heard: Heard) -> bool:
        """WhatsApp vouches for who writes. The sender of an SMS can be forged: an operator must allow it."""
        return heard.speaker.user.startswith(WHATSAPP) or self._sms_links

    def private_url(self, heard: Heard) -> str | None:
        """Every conversation here is private."""
        return None

    def send(self, call: Call) -> None:
        """One message."""
        body = call.body
        media = {"media_url": [body["media"]]} if "media" in body else {}
        try:
            self._client.messages.create(from_=body["from"], to=body["to"], body=body["body"], **media)
        except TwilioRestException as error:
            reason = f"HTTP {error.status}, code {error.code}"
            if error.status in LATER or error.status >= 500:
                raise NotDelivered(reason, unknown=error.status >= 500) from error
            raise Rejected(reason) from error
        except (TwilioException, requests.RequestException) as error:
            raise NotDelivered(type(error).__name__, unknown=not isinstance(error, NotConnected)) from error


class _Transport(TwilioHttpClient):  # type: ignore[misc]  # the SDK is untyped
    """Twilio's own, to an address that can be set, and with the wait that Twilio asks for."""

    def __init__(self, url: str) -> None:
        super().__init__(timeout=TIMEOUT)
        self.session = Session()
        self._url = url.rstrip("/")

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """The same request, there."""
        answer = super().request(method, f"{self._url}{urlsplit(url).path}", *args, **kwargs)
        if answer.status_code == 429:
            raise NotDelivered("HTTP 429", after=seconds((answer.headers or {}).get("Retry-After")))
        return answer


def _form(request: Incoming) -> QueryParams:
    return QueryParams(request.body.decode())
