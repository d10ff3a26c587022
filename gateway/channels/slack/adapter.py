"""The adapter of Slack, on Slack's own SDK."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs
from urllib.request import Request  # noqa: TID251  what the SDK hands over; nothing is opened by it

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.signature import SignatureVerifier

from billing.config import Settings
from billing.outgoing import http
from gateway.channels.adapter import NotDelivered, Rejected, SignatureInvalid
from gateway.channels.fitting import Abilities
from gateway.channels.schemas import Call, Heard, Incoming, Profile, Received, Shown
from gateway.channels.slack import blocks
from gateway.channels.slack.reading import events_of, press_of
from gateway.channels.web import seconds

TIMEOUT = 10
_LATER = {
    "ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout",
    "invalid_auth", "not_authed", "token_expired", "token_revoked", "account_inactive", "missing_scope",
}  # fmt: skip
"""Errors that pass, or that an operator can mend."""


class Slack:
    """Slack's Events API and interactivity in, its Web API out."""

    name = "slack"
    calls: Mapping[str, tuple[str, ...]] = {"events": ("POST",), "interactions": ("POST",)}
    abilities = Abilities(
        text=blocks.TEXT,
        buttons=blocks.BUTTONS,
        title=blocks.TITLE,
        links=True,
        facts=True,
        pictures=True,
        width=lambda text: len(blocks.markup(text)),
    )

    def __init__(self, settings: Settings) -> None:
        self._verifier = SignatureVerifier(settings.slack_signing_secret or "")
        self._web = _Web(
            token=settings.slack_bot_token, base_url=settings.slack_api_url, timeout=TIMEOUT, retry_handlers=[]
        )
        self._profile_of = lru_cache(maxsize=4096)(self._ask_profile)

    def verify(self, request: Incoming) -> Mapping[str, Any]:
        """The signature over the raw body, and a timestamp of the last five minutes."""
        try:
            valid = self._verifier.is_valid_request(request.body, dict(request.headers))
        except (ValueError, TypeError):  # a timestamp that is no number, a body or signature that is no text
            valid = False
        if not valid:
            raise SignatureInvalid
        return {}

    def read(self, request: Incoming, proof: Mapping[str, Any]) -> Received:
        """A JSON body of the Events API, or the `payload` of a form."""
        if request.call == "events":
            return events_of(json.loads(request.body))
        return press_of(json.loads(parse_qs(request.body.decode())["payload"][0]))

    def render(self, shown: Shown, place: Mapping[str, Any]) -> list[Call]:
        """A message for each text; card and buttons at the last; the chart by itself."""
        calls = [self._post(place, text, [*blocks.blocks(Shown(texts=()), text)]) for text in shown.texts[:-1]]
        calls += [self._post(place, text, blocks.blocks(shown, text)) for text in shown.texts[-1:]]
        if shown.chart is not None:
            image = {"type": "image", "image_url": shown.chart.token, "alt_text": shown.chart.title}
            calls.append(self._post(place, shown.chart.title, [image], optional=True))
        return calls

    def acknowledge(self, heard: Heard) -> list[Call]:
        """Nothing: the answer to the request was enough."""
        return []

    def settle(self, heard: Heard, shown: Shown, title: str) -> list[Call]:
        """The choice stays in sight, in place of the buttons."""
        body = {
            "channel": heard.place["channel"],
            "ts": heard.pressed["ts"],
            "text": blocks.escape(shown.texts[-1]),
            "blocks": blocks.settled(shown, title),
        }
        return [Call(method="chat.update", body=body, optional=True)]

    def profile(self, heard: Heard) -> Profile:
        """The user's name and language in Slack, where the app may read them (scope `users:read`)."""
        try:
            return self._profile_of(heard.speaker.user)
        except (SlackClientError, OSError):  # not kept: it may be told the next time
            return Profile()

    def can_link(self, heard: Heard) -> bool:
        """Slack vouches for its users."""
        return True

    def private_url(self, heard: Heard) -> str | None:
        """The app's own page in Slack."""
        app = heard.place.get("app")
        return f"https://slack.com/app_redirect?app={app}&team={heard.speaker.workspace}" if app else None

    def send(self, call: Call) -> None:
        """One call of the Web API."""
        try:
            self._web.api_call(call.method, json=call.body)
        except SlackApiError as error:
            raise _failure(error) from error
        except (SlackClientError, OSError) as error:
            raise NotDelivered(type(error).__name__, unknown=not isinstance(error, http.NotConnected)) from error

    def _post(
        self, place: Mapping[str, Any], text: str, shown: list[dict[str, Any]], *, optional: bool = False
    ) -> Call:
        body = {"channel": place["channel"], "text": blocks.escape(text), "blocks": shown}
        body |= {"unfurl_links": False, "unfurl_media": False}
        body |= {"thread_ts": place["thread"]} if place.get("thread") else {}
        return Call(method="chat.postMessage", body=body, optional=optional)

    def _ask_profile(self, user: str) -> Profile:
        told = self._web.users_info(user=user, include_locale=True).get("user") or {}
        return Profile(str(told.get("real_name") or told.get("name") or ""), told.get("locale"))


class _Web(WebClient):
    """Slack's own, by our connections: with its own, a redirect would get the app's token."""

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        headers = dict(req.header_items())
        answer = http.request(req.get_method(), url, data=req.data, headers=headers, timeout=self.timeout)
        return {"status": answer.status_code, "headers": answer.headers, "body": answer.text}


def _failure(error: SlackApiError) -> NotDelivered | Rejected:
    status, reason = error.response.status_code, str(error.response.get("error"))
    if status == 429 or status >= 500 or reason in _LATER:
        headers = {name.lower(): value for name, value in error.response.headers.items()}
        return NotDelivered(reason, after=seconds(headers.get("retry-after")), unknown=status >= 500)
    return Rejected(reason)
