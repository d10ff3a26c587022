"""CloudEvents 1.0 as usage: single in structured or binary mode, or a batch. The types are in docs/usage-events.md."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from cloudevents.core.bindings.http import HTTPMessage, from_binary, from_structured
from cloudevents.core.exceptions import BaseCloudEventException, CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from pydantic import AwareDatetime, Field, ValidationError, model_validator

from billing.errors import BillingError, UsageBatchTooLarge, UsageInvalid
from billing.metering.conversations import whole_seconds
from billing.metering.schemas import ConversationMoment, Name, NewConversation, NewUsage, Seconds, UsageInput
from billing.metering.sessions import human_time
from billing.schemas import Schema

BATCH_TYPE = "application/cloudevents-batch+json"
SINGLE_TYPE = JSONFormat.CONTENT_TYPE
MOST = 1_000
"""Events of one batch."""
MOST_INTERVALS = 100
"""Intervals in which people answered, of one conversation."""

Event = UsageInput | BillingError
_FORMAT = JSONFormat()
_UNREADABLE = (BaseCloudEventException, ValueError, TypeError, OverflowError, RecursionError)


class Unreadable(Exception):
    """A body that is no CloudEvent and no batch of them; the message says why."""


class _Interval(Schema):
    """Some time of a conversation."""

    from_: AwareDatetime = Field(alias="from")
    to: AwareDatetime

    @model_validator(mode="after")
    def _in_order(self) -> _Interval:
        if self.to < self.from_:
            raise ValueError("it ends before it begins")
        return self


class _Told(Schema):
    """What `data` says of a conversation: how long it was, or from when to when; and when a person answered in it."""

    seconds: Seconds | None = None
    from_: AwareDatetime | None = Field(default=None, alias="from")
    to: AwareDatetime | None = None
    human_seconds: Seconds = 0
    human: Annotated[list[_Interval], Field(default_factory=list, max_length=MOST_INTERVALS)]
    conversation: Name | None = None

    def time_of_people(self) -> int:
        """The seconds in which a person answered.

        Raises:
            UsageInvalid: they are told twice.
        """
        if not self.human:
            return self.human_seconds
        if self.human_seconds:
            raise UsageInvalid("data: give either human or human_seconds")
        return human_time([(each.from_, each.to) for each in self.human], self.from_, self.to)


def events(headers: Mapping[str, str], body: bytes) -> tuple[bool, list[tuple[str | None, str | None, Event]]]:
    """Whether it is a batch, and its events, each with source and id as far as they can be read.

    Raises:
        Unreadable: the body as a whole cannot be read.
        UsageBatchTooLarge: more than `MOST` events.
    """
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == BATCH_TYPE:
        return True, [_named(item) for item in _batch(body)]
    told: dict[str, Any] = {}

    def strict(attributes: dict[str, Any], data: Any) -> CloudEvent:
        told.update(attributes)
        return _strict(attributes, data)

    def read() -> UsageInput:
        parse = from_structured if kind == SINGLE_TYPE else from_binary
        return _read(lambda: parse(HTTPMessage(dict(headers), body), _FORMAT, strict))

    if kind != SINGLE_TYPE and "ce-specversion" not in headers:
        raise Unreadable(f"Send {SINGLE_TYPE}, {BATCH_TYPE}, or one event with its attributes as ce- headers.")
    if kind == SINGLE_TYPE and not isinstance(_json(body), dict):
        raise Unreadable("The body is not a JSON object.")
    found: Event
    try:
        found = read()
    except BillingError as refusal:
        found = refusal
    return False, [(_text(told.get("source")), _text(told.get("id")), found)]


def event(attributes: Any) -> UsageInput:
    """One event in its JSON form.

    Raises:
        UsageInvalid: it is no CloudEvent, or none that tells usage.
    """
    if not isinstance(attributes, dict):
        raise UsageInvalid("not a JSON object")
    return _read(lambda: _FORMAT.read(_strict, json.dumps(attributes)))


def _strict(attributes: dict[str, Any], data: Any) -> CloudEvent:
    """A CloudEvent that says what it is itself: the library would make up an id and a time for it."""
    if missing := [name for name in ("specversion", "id", "source", "type", "time") if name not in attributes]:
        raise UsageInvalid(f"{missing[0]}: is missing")
    return CloudEvent(attributes, data)


def _read(read: Callable[[], Any]) -> UsageInput:
    try:
        found = read()
    except CloudEventValidationError as error:
        name, reasons = next(iter(error.errors.items()))
        raise UsageInvalid(f"{name}: {reasons[0]}") from error
    except _UNREADABLE as error:
        raise UsageInvalid(f"no CloudEvent can be read from it: {error}"[:200]) from error
    return _usage(found)


def _usage(told: CloudEvent) -> UsageInput:
    meaning = TYPES.get(told.get_type())
    if meaning is None:
        raise UsageInvalid(f"type: one of {', '.join(TYPES)}")
    if told.get_subject() is None:
        raise UsageInvalid("subject: is missing; it names the account")
    data = told.get_data()
    data = {} if data is None and meaning is not _of_service else data
    if not isinstance(data, dict):
        raise UsageInvalid("data: not a JSON object")
    head = {
        "source": told.get_source(),
        "id": told.get_id(),
        "account": told.get_subject(),
        "time": told.get_time(),
    }
    try:
        return meaning(head, data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "data"
        raise UsageInvalid(f"{where}: {first['msg']}") from error


def _of_service(head: dict[str, Any], data: dict[str, Any]) -> UsageInput:
    if twice := head.keys() & data.keys():
        raise UsageInvalid(f"data: {min(twice)} stands in the event's attributes")
    return NewUsage.model_validate({**data, **head})


def _of_conversation(moment: str) -> Callable[[dict[str, Any], dict[str, Any]], UsageInput]:
    def read(head: dict[str, Any], data: dict[str, Any]) -> UsageInput:
        told = _Told.model_validate(data)
        seconds = told.seconds
        if told.from_ is not None and told.to is not None:
            seconds = whole_seconds(told.from_, told.to)
        elif told.from_ is not None or told.to is not None:
            raise UsageInvalid("data: give both from and to")
        if seconds is not None:
            return NewConversation(**head, seconds=seconds, human_seconds=told.time_of_people())
        return ConversationMoment.model_validate(
            {**head, "conversation": told.conversation, "moment": moment, "human_seconds": told.time_of_people()}
        )

    return read


TYPES: dict[str, Callable[[dict[str, Any], dict[str, Any]], UsageInput]] = {
    "usage.recorded": _of_service,
    "conversation.started": _of_conversation("started"),
    "conversation.ended": _of_conversation("ended"),
}
"""The types of events that are taken, and how each is read."""


def _batch(body: bytes) -> list[Any]:
    found = _json(body)
    if not isinstance(found, list):
        raise Unreadable("A batch is a JSON array of events.")
    if len(found) > MOST:
        raise UsageBatchTooLarge(most=MOST)
    return found


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("The body is not JSON.") from None


def _named(item: Any) -> tuple[str | None, str | None, Event]:
    attributes = item if isinstance(item, dict) else {}
    found: Event
    try:
        found = event(item)
    except BillingError as refusal:
        found = refusal
    return _text(attributes.get("source")), _text(attributes.get("id")), found


def _text(value: Any) -> str | None:
    """As it can be told again: halves of characters cannot."""
    return value[:200].encode(errors="replace").decode() if isinstance(value, str) else None
