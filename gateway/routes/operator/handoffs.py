"""Conversations handed to people: list, take, read, write, hand back, close."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field

from gateway.conversations.schemas import LONGEST_TEXT, OperatorMessage
from gateway.handoff.schemas import Handoff, State, Transcript
from gateway.handoff.service import LONGEST_NAME, Handoffs
from gateway.routes.operator.common import Body, Key, Operator

router = APIRouter(prefix="/handoffs")

ConversationId = Annotated[str, Path(min_length=1, max_length=32, description="The conversation's id.")]


class HandoffList(BaseModel):
    """Handoffs; those that were asked for first come first."""

    handoffs: list[Handoff]


class Taking(Body):
    """How the customer sees who answers. `uninvited`: also where nobody was asked for."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    uninvited: bool = False


class Saying(Body):
    """What the customer is to read."""

    text: str = Field(min_length=1, max_length=LONGEST_TEXT)


class Ending(Body):
    """A last note to the request, or none."""

    note: str | None = Field(default=None, min_length=1, max_length=4000)


def _handoffs(request: Request) -> Handoffs:
    return request.app.state.handoffs  # type: ignore[no-any-return]


Service = Annotated[Handoffs, Depends(_handoffs)]


@router.get("")
def list_handoffs(
    service: Service,
    state: Annotated[list[State] | None, Query(description="Waiting and taken without.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> HandoffList:
    """Conversations handed to people, of these states."""
    return HandoffList(handoffs=service.listed(state or ("waiting", "taken"), limit))


@router.get("/{conversation_id}/messages")
def read_transcript(
    service: Service,
    conversation_id: ConversationId,
    after: Annotated[str | None, Query(max_length=40, description="`next` of the page before.")] = None,
) -> Transcript:
    """A page of the conversation, oldest first. 404 `conversation_not_found`; 422 `cursor_invalid`."""
    return service.transcript(conversation_id, after)


@router.post("/{conversation_id}/take")
def take_handoff(service: Service, operator: Operator, conversation_id: ConversationId, body: Taking) -> Handoff:
    """Answer in the assistant's place from now on. 404 `handoff_not_found`; 409 `handoff_taken`; 422 `name_invalid`."""
    return service.take(conversation_id, operator, body.name, uninvited=body.uninvited)


@router.post("/{conversation_id}/messages", status_code=201)
def say_as_operator(
    service: Service, operator: Operator, conversation_id: ConversationId, body: Saying, key: Key
) -> OperatorMessage:
    """Write to the customer, once for the `Idempotency-Key`.

    404 `handoff_not_found`; 409 `handoff_not_yours`; 422 `text_invalid`, `idempotency_key_reused`.
    """
    return service.say(conversation_id, operator, body.text, key)


@router.post("/{conversation_id}/hand-back")
def hand_back(service: Service, operator: Operator, conversation_id: ConversationId) -> Handoff:
    """Let the assistant answer again, where it was. 404 `handoff_not_found`; 409 `handoff_not_yours`."""
    return service.hand_back(conversation_id, operator)


@router.post("/{conversation_id}/close")
def close_handoff(service: Service, operator: Operator, conversation_id: ConversationId, body: Ending) -> Handoff:
    """The same, and its request is closed. 404 `handoff_not_found`; 409 `handoff_not_yours`; 422 `note_invalid`."""
    return service.close(conversation_id, operator, body.note)
