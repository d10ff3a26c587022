"""The tokens of the Bot Framework: those that come are checked, those that go are got and kept until they expire.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import jwt
import msal
import requests
from microsoft_teams.api.auth.cloud_environment import PUBLIC
from microsoft_teams.apps.auth import TokenValidator
from microsoft_teams.apps.auth.token_validator import JwtValidationOptions

from billing.config import Settings
from billing.outgoing.http import Session
from gateway.channels.adapter import KeysUnreachable, NotDelivered, SignatureInvalid
from gateway.channels.web import TIMEOUT
from gateway.key_sets import Client

CHANNEL = "msteams"
_LOGIN = "https://login.microsoftonline.com"


class Incoming:
    """Checks a token that came with an activity."""

    def __init__(self, settings: Settings) -> None:
        keys = re.sub(r"/openidconfiguration$", "/keys", settings.teams_keys_url)
        self._validator = TokenValidator(
            JwtValidationOptions([settings.teams_issuer], [settings.teams_app_id or ""], keys)
        )
        self._keys = Client(keys, timeout=TIMEOUT[1])
        self._validator._jwks_client = self._keys  # noqa: SLF001  its own would connect by itself

    def claims(self, header: str | None) -> Mapping[str, Any]:
        """What a token of `Authorization` proves, whose key may speak for Teams.

        Raises:
            SignatureInvalid: no token, or not one of the Bot Framework's for this app and this channel.
            KeysUnreachable: it cannot be told now.
        """
        scheme, _, token = (header or "").partition(" ")
        if scheme.lower() != "bearer":
            raise SignatureInvalid
        try:
            claims = asyncio.run(self._validator.validate_token(token))
            key = self._keys.get_signing_key_from_jwt(token)
        except jwt.PyJWKClientConnectionError as error:
            raise KeysUnreachable from error
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise SignatureInvalid from error
        if CHANNEL not in key._jwk_data.get("endorsements", ()):  # noqa: SLF001  the SDK does not check it at all
            raise SignatureInvalid
        return claims


class Outgoing:
    """Gets the tokens that the app's own calls carry, from Microsoft's own library, which keeps them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: msal.ConfidentialClientApplication | None = None

    def header(self) -> dict[str, str]:
        """`Authorization` of a call.

        Raises:
            NotDelivered: no token is to be had now.
        """
        try:
            answer = self._app().acquire_token_for_client(scopes=[PUBLIC.bot_scope])
        except (requests.RequestException, ValueError) as error:
            raise NotDelivered(f"no token: {type(error).__name__}") from error
        if "access_token" not in answer:
            raise NotDelivered(f"no token: {answer.get('error')}")
        return {"Authorization": f"Bearer {answer['access_token']}"}

    def _app(self) -> msal.ConfidentialClientApplication:
        """Made at the first call: it asks Microsoft for its addresses."""
        if self._client is None:
            self._client = msal.ConfidentialClientApplication(
                self._settings.teams_app_id,
                client_credential=self._settings.teams_app_password,
                authority=f"{_LOGIN}/{self._settings.teams_tenant_id}",
                instance_discovery=False,
                http_client=_Login(self._settings.teams_login_url),
            )
        return self._client


class _Login(Session):
    """Microsoft's sign-in, at an address that can be set."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url.rstrip("/")

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        """The same request, there, with a time limit."""
        there = f"{self._url}{urlsplit(url).path}"
        return super().request(method, there, *args, **{"timeout": TIMEOUT, **kwargs})
