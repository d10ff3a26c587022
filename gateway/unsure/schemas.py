"""Messages that the assistant was unsure of, as they cross the HTTP door and as commands print them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

Language = Literal["en", "ja", "ko"]
State = Literal["open", "labelled", "all"]


class Ranked(BaseModel):
    """A topic and how sure the assistant was that it is meant, between 0 and 1."""

    topic: str
    confidence: float


class Afterwards(BaseModel):
    """What writers of the message did next, topic → times: the button that they pressed, what they wrote instead."""

    pressed: dict[str, int] = {}
    wrote: dict[str, int] = {}


class UnsureMessage(BaseModel):
    """A message with personal data masked; `ranking` (likeliest first) and `outcome` are of the last time.

    `label` is a topic, `out_of_scope` or `drop`; null while nobody has looked.
    """

    id: int
    language: Language
    text: str
    ranking: list[Ranked]
    outcome: Literal["asked", "out_of_scope", "person_offered", "acted"]
    afterwards: Afterwards
    seen: int
    first_seen: datetime
    last_seen: datetime
    label: str | None
    labelled_by: str | None
    labelled_at: datetime | None
