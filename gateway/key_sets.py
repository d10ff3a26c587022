"""The keys that a site publishes: fetched anew, so that a withdrawn one ends; never as often as a caller likes."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from threading import Lock
from typing import Any

import jwt

TIMEOUT = 5
"""Seconds to fetch them."""
NOT_SOONER = 10.0
"""Seconds before they are asked for again: for a key id that is not known, or where they could not be fetched."""
STALE = 3600.0
"""How long keys that cannot be fetched anew still serve."""
_OK = 200


class Client(jwt.PyJWKClient):
    """PyJWT's own, by our connections."""

    def fetch_data(self) -> Any:
        """The keys at the address.

        Raises:
            jwt.PyJWKClientConnectionError: they cannot be fetched.
        """
        import requests

        from billing.outgoing import http

        try:
            answer = http.request("GET", self.uri, headers=self.headers, timeout=self.timeout)
            if answer.status_code != _OK:
                raise jwt.PyJWKClientConnectionError(f"HTTP {answer.status_code}")
            keys = self._as_jwk_set_payload(answer.json())
        except requests.RequestException as error:
            raise jwt.PyJWKClientConnectionError(type(error).__name__) from error
        self._last_successful_fetch = time.monotonic()  # unknown ids of keys do not ask for them again and again
        return keys


class KeySet:
    """The keys at an address, by their ids; each set is used for `keep` seconds."""

    def __init__(self, url: str, keep: float, *, now: Callable[[], float] = time.monotonic) -> None:
        self._client = Client(url, cache_keys=False, cache_jwk_set=False, timeout=TIMEOUT)
        self._keep, self._now = keep, now
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._fetched = self._tried = float("-inf")
        self._lock = Lock()

    def key_of(self, token: str) -> jwt.PyJWK:
        """The key that the token names.

        Raises:
            jwt.PyJWKClientConnectionError: the keys cannot be fetched.
            jwt.PyJWTError: the token names none of them.
        """
        key_id = jwt.get_unverified_header(token).get("kid")
        with self._lock:
            at = self._now()
            old = at - self._fetched > self._keep
            if (old or key_id not in self._keys) and at - self._tried > min(self._keep, NOT_SOONER):
                self._fetch(at)
            if at - self._fetched > self._keep + STALE:
                raise jwt.PyJWKClientConnectionError("the keys could not be fetched lately")
            if key_id not in self._keys:
                raise jwt.PyJWKClientError("no key of that id")
            return self._keys[key_id]

    def _fetch(self, at: float) -> None:
        self._tried = at
        try:
            self._keys = {key.key_id: key for key in self._client.get_signing_keys(refresh=True)}
        except jwt.PyJWKClientConnectionError:
            if at - self._fetched > self._keep + STALE:
                raise
        else:
            self._fetched = at


@lru_cache(maxsize=4)
def key_set(url: str, keep: float) -> KeySet:
    """One for an address in this process."""
    return KeySet(url, keep)
