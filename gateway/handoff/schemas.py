"""Handoffs and transcripts, as they cross the HTTP door and as commands print them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

State = Literal["waiting", "taken", "returned", "closed"]


class Handoff(BaseModel):
    """A conversation handed to people. `account` and `user` are null for an anonymous visitor.

    `request` is the number that the customer was given; `taken_by` is the operator as the audit trail has them, and
    `shown_name` how the customer sees them.
    """

    model_config = ConfigDict(from_attributes=True)

    conversation: str
    state: State
    account: str | None
    user: str | None
    language: str
    request: str | None
    asked_at: datetime
    late_at: datetime | None
    taken_by: str | None
    shown_name: str | None
    taken_at: datetime | None
    ended_at: datetime | None


class Spoken(BaseModel):
    """A line of a transcript; `name` is the operator's shown name, `topic` the assistant's."""

    id: str
    role: Literal["user", "assistant", "operator"]
    name: str | None = None
    text: str
    topic: str | None = None
    created_at: datetime


class HumanTime(BaseModel):
    """From when to when a person answered; `to` is now while one does. As a usage event tells it (`human`)."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    begin: datetime = Field(alias="from")
    end: datetime = Field(alias="to")


class Transcript(BaseModel):
    """A page of a conversation, oldest first, and its newest handoff where it has one.

    `human`: when people answered in it, of all its handoffs; that time costs no sessions.

    `next` is the cursor of what comes after this page: the same as was given while nothing new was said. Text is as it
    was written: who shows it to people masks it (`assistant.masking`).
    """

    conversation: str
    handoff: Handoff | None
    human: list[HumanTime]
    messages: list[Spoken]
    next: str | None
