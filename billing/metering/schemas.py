"""What metering takes and answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, model_validator

from billing.schemas import Schema


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("holds a NUL, which no database keeps")
    return text


Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_without_nul)]
Seconds = Annotated[int, Field(ge=0, le=10**9)]


class _Event(Schema):
    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Name
    id: Name
    account: Name
    time: AwareDatetime


class NewUsage(_Event):
    """Use of a service, as a meter counted it: `quantity` in the service's unit, three decimals at most."""

    service: Name
    quantity: Decimal


class NewConversation(_Event):
    """A whole conversation with the bot; its sessions are counted from `seconds`, less those with a human agent."""

    seconds: Seconds
    human_seconds: Seconds = 0

    @model_validator(mode="after")
    def _human_within(self) -> NewConversation:
        if self.human_seconds > self.seconds:
            raise ValueError("more time with a human agent than time")
        return self


class ConversationMoment(_Event):
    """The begin or the end of a conversation, told by events of their own that may come in either order."""

    conversation: Name
    moment: Literal["started", "ended"]
    human_seconds: Seconds = 0


UsageInput = NewUsage | NewConversation | ConversationMoment


@dataclass(frozen=True, slots=True)
class UsageOutcome:
    """What became of one event: its place in what was sent, and why it was refused where it was."""

    index: int
    source: str | None
    id: str | None
    status: Literal["accepted", "repeated", "refused"]
    code: str | None = None
    reason: str | None = None


class UsageResult(Schema):
    """What became of all events, one by one, in the order in which they were sent."""

    accepted: int
    repeated: int
    refused: int
    events: list[UsageOutcome]


class Use(NamedTuple):
    """An event as it is counted: `quantity` in thousandths of the unit.

    `details` is what tells a conversation's event from another of the same instant; `moment` is one whose sessions
    depend on the conversation's other event.
    """

    source: str
    event_id: str
    account_id: str
    service: str
    at: datetime
    quantity: int
    details: str | None = None
    moment: ConversationMoment | None = None
