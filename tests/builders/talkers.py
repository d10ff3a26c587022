"""What the tests of all channels ask of a channel's user: to write, to press a button, and what they were shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from tests.builders.vendors import Vendors


@dataclass(frozen=True)
class Request:
    """A vendor's call of the webhook, signed."""

    path: str
    body: bytes
    headers: dict[str, str]

    def made(self, http: Any, **headers: str) -> httpx.Response:
        return http.post(self.path, content=self.body, headers=self.headers | headers)


@dataclass(frozen=True)
class Button:
    title: str
    token: str


@dataclass(frozen=True)
class Message:
    """What the user sees; `link` is the address of a button or in the text."""

    text: str
    buttons: tuple[Button, ...] = ()
    link: str | None = None

    def button(self, title: str) -> Button:
        return next(each for each in self.buttons if each.title == title)


class Talker(Protocol):
    def writes(self, text: str) -> Request: ...

    def presses(self, button: Button) -> Request: ...

    def shown(self, vendors: Vendors) -> list[Message]: ...
