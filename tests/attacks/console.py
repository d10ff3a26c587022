"""A browser on the console."""

from __future__ import annotations

import re
from typing import Any

import httpx

PASSWORD = "a long password"
_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')
_KEY = re.compile(r'name="key" value="([0-9a-f]+)"')


class Console:
    def __init__(self, address: str) -> None:
        self.http = httpx.Client(base_url=address, timeout=30)

    def get(self, path: str = "") -> httpx.Response:
        return self.http.get(f"/console/{path}")

    def token(self, path: str = "") -> str:
        found = _TOKEN.search(self.get(path).text)
        assert found is not None, f"no form on /console/{path}"
        return found[1]

    def post(
        self, path: str, *, token: str | None = None, headers: dict | None = None, **fields: Any
    ) -> httpx.Response:
        fields["csrf"] = self.token() if token is None else token
        return self.http.post(f"/console/{path}", data=fields, headers=headers)

    def sign_in(self, name: str, password: str = PASSWORD, headers: dict | None = None, **more: str) -> httpx.Response:
        token = self.token("sign-in")
        return self.post("sign-in", token=token, headers=headers, name=name, password=password, **more)

    def signed_in(self, name: str) -> Console:
        assert self.sign_in(name).status_code == 303
        return self
