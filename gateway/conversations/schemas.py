"""Messages as they cross the HTTP door."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

LONGEST_TEXT = 2000
"""Characters of a message; what is longer is refused, never cut."""


class Button(BaseModel):
    """A quick reply; `choice` is opaque and good only as the answer to the newest reply."""

    title: str
    choice: str


class Link(BaseModel):
    """A page to read on."""

    title: str
    url: str


Handover = Literal["waiting", "taken", "returned", "closed", "late"]


class MessageOut(BaseModel):
    """One message of the assistant. `text` alone is enough for a reader with no cards.

    `handoff`: from here on a person is waited for (`waiting`), answers (`taken`), or answers no longer (`returned`,
    `closed`); `late`: nobody has come yet.
    """

    id: str
    role: Literal["assistant"] = "assistant"
    text: str
    language: str
    topic: str
    buttons: list[Button]
    links: list[Link]
    card: dict[str, Any] | None
    answer_id: str
    created_at: datetime
    handoff: Handover | None = None


class OperatorMessage(BaseModel):
    """One message of a person of the team; `name` is how the customer sees them."""

    id: str
    role: Literal["operator"] = "operator"
    name: str
    text: str
    language: str
    created_at: datetime


class UserMessage(BaseModel):
    """One message of the caller, in the history; the title of the button when one was pressed."""

    id: str
    role: Literal["user"] = "user"
    text: str
    created_at: datetime


class NewMessage(BaseModel):
    """A text, or the opaque token of a button."""

    model_config = ConfigDict(extra="forbid")

    text: str | None = Field(default=None, max_length=LONGEST_TEXT)
    choice: str | None = Field(default=None, max_length=200)

    @field_validator("text")
    @classmethod
    def _storable(cls, text: str | None) -> str | None:
        """Without what no database keeps: NUL, and halves of characters."""
        return text and text.replace("\x00", "").encode(errors="ignore").decode()

    @model_validator(mode="after")
    def _one_of_the_two(self) -> NewMessage:
        if (self.text is None) == (self.choice is None):
            raise ValueError("send either text or choice")
        if self.text is not None and not self.text.strip():
            raise ValueError("text is empty")
        return self


class Opened(BaseModel):
    """A new conversation; `visitor_token` is the anonymous visitor's secret, told once."""

    id: str
    visitor_token: str | None = None


class ReplyOut(BaseModel):
    """The whole reply to one message."""

    messages: list[MessageOut]


class History(BaseModel):
    """A page of the history, oldest first; `next` is the cursor of the page after it."""

    messages: list[UserMessage | MessageOut | OperatorMessage]
    next: str | None
    ratings: dict[str, bool]
    """What the caller thought of these answers, by `answer_id`; those without a rating are not named."""


class Rating(BaseModel):
    """Whether the answer helped."""

    model_config = ConfigDict(extra="forbid", strict=True)

    helpful: bool
