"""Calling a helpdesk's JSON API."""

from __future__ import annotations

from typing import Any

from billing.outbox.destinations import NotDelivered

CONNECT_SECONDS, READ_SECONDS = 3, 10


class Api:
    """A helpdesk at `url`, with what every call carries."""

    def __init__(self, url: str, *, headers: dict[str, str] | None = None, auth: tuple[str, str] | None = None) -> None:
        self._url, self._headers, self._auth = url.rstrip("/"), headers or {}, auth

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """The answer to a GET.

        Raises:
            NotDelivered: none, another than 2xx, or one that is no JSON object.
        """
        return self._call("GET", path, params=query)

    def post(self, path: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> dict[str, Any]:
        """The answer to a POST.

        Raises:
            NotDelivered: none, another than 2xx, or one that is no JSON object.
        """
        return self._call("POST", path, json=body, headers=headers)

    def _call(self, method: str, path: str, headers: dict[str, str] | None = None, **rest: Any) -> dict[str, Any]:
        import requests

        from billing.outgoing import http

        try:
            answer = http.request(
                method,
                f"{self._url}{path}",
                headers=self._headers | (headers or {}),
                auth=self._auth,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                **rest,
            )
            if not 200 <= answer.status_code < 300:
                raise NotDelivered(f"HTTP {answer.status_code}")
            body = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise NotDelivered(type(error).__name__) from error
        if not isinstance(body, dict):
            raise NotDelivered("no JSON object")
        return body
