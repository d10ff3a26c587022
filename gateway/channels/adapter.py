"""The interface of a channel. An adapter knows its vendor's formats and nothing of conversations or accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from gateway.channels.fitting import Abilities
from gateway.channels.schemas import Call, Heard, Incoming, Profile, Received, Shown


class SignatureInvalid(Exception):
    """The request is not the vendor's, or too old: nothing of it was read."""


class KeysUnreachable(Exception):
    """The keys that the vendor signs with cannot be fetched now: it cannot be told whose the request is."""


class EventMalformed(Exception):
    """The vendor's request is not what the vendor documents."""


class NotDelivered(Exception):
    """The vendor did not take it now; it is tried again, `after` so many seconds where the vendor says when.

    `unknown`: it may have taken it, only its answer was lost.
    """

    def __init__(self, reason: str, *, after: float | None = None, unknown: bool = False) -> None:
        super().__init__(reason)
        self.after, self.unknown = after, unknown


class Rejected(Exception):
    """The vendor will never take it: the user blocked the bot, the chat is gone, the call is wrong."""


class Channel(Protocol):
    """A vendor. Every method blocks at most as long as its own time limits, and is called off the event loop."""

    name: str
    calls: Mapping[str, tuple[str, ...]]
    """The last part of the webhook's path → the HTTP methods that it takes."""
    abilities: Abilities

    def verify(self, request: Incoming) -> Mapping[str, Any]:
        """What the signature itself proves (mostly nothing more than that the request is the vendor's).

        Raises:
            SignatureInvalid: missing, wrong or too old.
            KeysUnreachable: it cannot be told now.
        """

    def read(self, request: Incoming, proof: Mapping[str, Any]) -> Received:
        """The events of a verified request; those that are not to be answered are left out.

        Raises:
            EventMalformed: the body is not what the vendor documents.
            SignatureInvalid: it is not what the signature proves.
        """

    def render(self, shown: Shown, place: Mapping[str, Any]) -> list[Call]:
        """The calls that show a message there, in order."""

    def acknowledge(self, heard: Heard) -> list[Call]:
        """The calls that end the vendor's waiting for the answer to a pressed button."""

    def settle(self, heard: Heard, shown: Shown, title: str) -> list[Call]:
        """The calls that show which button of the message was pressed, in place of its buttons."""

    def profile(self, heard: Heard) -> Profile:
        """The user's name and language, where only asking the vendor tells them; empty where nothing does."""

    def can_link(self, heard: Heard) -> bool:
        """Whether the vendor vouches for who writes: only then may they speak for an account."""

    def private_url(self, heard: Heard) -> str | None:
        """The address that opens a private conversation with the bot, where there is one."""

    def send(self, call: Call) -> None:
        """Make the call.

        Raises:
            NotDelivered, Rejected
        """
