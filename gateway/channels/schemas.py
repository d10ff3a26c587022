"""What channels and the rest of the gateway tell each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


@dataclass(frozen=True, slots=True)
class Incoming:
    """A vendor's request as it came: nothing of it is parsed. `call` is the last part of its path."""

    method: str
    call: str
    query: str
    headers: Mapping[str, str]
    body: bytes


_ID = r"^[\x21-\x7e]{1,200}$"
"""What ids of users and workspaces look like at every vendor; anything else is not compared, but refused."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Speaker(_Frozen):
    """Who wrote, as the vendor's signed event says: `user` is unique within `workspace` (tenant, page, bot)."""

    workspace: str = Field(pattern=_ID)
    user: str = Field(pattern=_ID)
    name: str = ""


class Heard(_Frozen):
    """One event to answer: `text`, or `choice` (what the pressed button carried).

    `event` is the vendor's own id of it, the same at each try of the vendor. `place` is all that the adapter needs to
    answer there, and `place_id` names it. `private`: nobody else reads there.
    """

    event: str
    speaker: Speaker
    place_id: str
    place: dict[str, Any]
    private: bool
    text: str | None = None
    choice: str | None = None
    locale: str | None = None
    card_number: bool = False
    """Whether the number of a card was concealed in the text."""
    pressed: dict[str, Any] = {}
    """Where the pressed button is, for the adapter."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What only asking the vendor tells of a user."""

    name: str = ""
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """What a request held: events to answer later, and what the vendor is answered at once."""

    events: tuple[Heard, ...] = ()
    body: str = ""
    media_type: str = "text/plain"


class Call(_Frozen):
    """One call of the vendor's API: `method` is the adapter's name for it.

    Addresses that expire stand in the body as marks (`marks`), and are filled in when it is sent.
    `optional`: losing it loses no word (a picture, the look of a pressed button).
    """

    method: str
    body: dict[str, Any]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: its title and what pressing it sends."""

    title: str
    token: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of a card: what it is and its value, written for the reader."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Said:
    """One message to show, in neutral terms; `text` alone says it all."""

    id: str
    text: str
    language: str
    choices: tuple[Choice, ...] = ()
    facts: tuple[Fact, ...] = ()
    links: tuple[Choice, ...] = ()
    """Buttons that open a page: title and address."""
    chart: str | None = None
    """What its chart is called; None where it has none."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message fitted to a channel: texts in order; buttons, facts and links for the last; the chart, if any."""

    texts: tuple[str, ...]
    buttons: tuple[Choice, ...] = ()
    facts: tuple[Fact, ...] = ()
    links: tuple[Choice, ...] = ()
    chart: Choice | None = None
    """The chart's title and the mark of its address."""
    numbered: tuple[Choice, ...] = field(default=())
    """What a typed number chooses, from 1."""
