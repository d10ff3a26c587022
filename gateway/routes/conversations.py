"""Conversations and messages, as JSON or as an event stream."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from gateway.auth import Identity, caller, signed_in
from gateway.conversations.schemas import History, NewMessage, Opened, Rating, ReplyOut
from gateway.conversations.service import Conversations
from gateway.conversations.store import Owner
from gateway.errors import of_turn
from gateway.handoff.feed import Feed, Pushed
from gateway.rates.callers import message_rate

router = APIRouter(prefix="/v1/conversations", tags=["conversations"])

EVENT_STREAM = "text/event-stream"

Caller = Annotated[Identity | None, Depends(caller)]
Customer = Annotated[Identity, Depends(signed_in)]
Visitor = Annotated[str | None, Header(alias="X-Visitor-Token", max_length=200)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)]


async def _conversations(request: Request) -> Conversations:
    return request.app.state.conversations  # type: ignore[no-any-return]


Service = Annotated[Conversations, Depends(_conversations)]


@router.post("", status_code=201, response_model_exclude_none=True)
async def open_conversation(service: Service, identity: Caller) -> Opened:
    """Open a conversation, bound to the caller. An anonymous visitor gets `visitor_token`, told once."""
    return await service.open(identity)


@router.post("/{conversation_id}/sign-in", status_code=204)
async def sign_in(conversation_id: str, service: Service, identity: Customer, visitor: Visitor = None) -> None:
    """Give a visitor's conversation to the signed-in customer, for good; the `visitor_token` is worth nothing after.

    Both must be shown: the bearer token, and the visitor's secret as `X-Visitor-Token`.
    """
    await service.sign_in(conversation_id, identity, visitor)


@router.post(
    "/{conversation_id}/messages",
    response_model=ReplyOut,
    responses={200: {"content": {EVENT_STREAM: {"schema": {"type": "string"}}}}},
)
async def send_message(
    conversation_id: str,
    message: NewMessage,
    request: Request,
    service: Service,
    identity: Caller,
    visitor: Visitor = None,
    key: Key = None,
    accept_language: Annotated[str | None, Header()] = None,
) -> Response | dict[str, Any]:
    """Send a text or press a button. With an `Idempotency-Key` a repeat returns the first reply and does nothing.

    With `Accept: text/event-stream` each message is an event `message`, and `done` follows the last.
    """
    owner = Owner(identity, visitor)
    await message_rate(request, conversation_id)
    reply = service.answer(conversation_id, identity, message, key=key, locale=accept_language, owner=owner)
    try:
        if EVENT_STREAM not in request.headers.get("accept", ""):
            return {"messages": [said async for said in reply]}
        first = await anext(reply, None)  # what fails does so before the stream begins, with a status of its own
    except Exception as error:
        raise of_turn(error) from error
    return StreamingResponse(_events(first, reply), media_type=EVENT_STREAM, headers={"Cache-Control": "no-store"})


@router.get("/{conversation_id}/events", response_class=StreamingResponse)
async def listen(
    conversation_id: str,
    request: Request,
    service: Service,
    identity: Caller,
    visitor: Visitor = None,
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID", max_length=40)] = None,
) -> Response:
    """What comes unasked, while a person answers: each message an event `message`, in order; those missed come first.

    An event's `id`, sent back as `Last-Event-ID`, is where a new line goes on; without it all come that ever came. A
    line ends by itself after some minutes: open it again. 429 `too_many_listeners`.
    """
    await service.check(conversation_id, identity, visitor)
    seen = last_event_id or ""
    after = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 19 else 0
    feed: Feed = request.app.state.feed
    came = feed.listen(conversation_id, after)
    first = await anext(came, None)  # a refusal has a status of its own
    return StreamingResponse(_unasked(first, came), media_type=EVENT_STREAM, headers={"Cache-Control": "no-store"})


async def _unasked(first: Pushed | None, rest: AsyncGenerator[Pushed | None, None]) -> AsyncIterator[bytes]:
    async with aclosing(rest):
        yield _lines(first)
        async for pushed in rest:
            yield _lines(pushed)


def _lines(pushed: Pushed | None) -> bytes:
    if pushed is None:
        return b": \n\n"
    turn_id, messages = pushed
    return b"".join(_event("message", said, str(turn_id)) for said in messages)


async def _events(first: dict[str, Any] | None, rest: AsyncIterator[dict[str, Any]]) -> AsyncIterator[bytes]:
    try:
        if first is not None:
            yield _event("message", first)
            async for said in rest:
                yield _event("message", said)
        yield _event("done", {})
    except Exception as error:  # noqa: BLE001  the stream has begun: the failure is its last event
        yield _event("error", of_turn(error).body())


def _event(name: str, data: dict[str, Any], event_id: str | None = None) -> bytes:
    return format_sse_event(data_str=json.dumps(data, ensure_ascii=False), event=name, id=event_id)


@router.get("/{conversation_id}/messages")
async def read_history(
    conversation_id: str,
    service: Service,
    identity: Caller,
    visitor: Visitor = None,
    cursor: Annotated[str | None, Query(max_length=40)] = None,
) -> History:
    """The history, oldest first; follow `next` as `cursor` until it is null."""
    await service.check(conversation_id, identity, visitor)
    messages, following = await service.history(conversation_id, cursor)
    ratings = await service.ratings(messages)
    return History.model_validate({"messages": messages, "next": following, "ratings": ratings})


@router.post("/{conversation_id}/messages/{answer_id}/rating")
async def rate_answer(
    conversation_id: str,
    answer_id: str,
    rating: Rating,
    service: Service,
    identity: Caller,
    visitor: Visitor = None,
) -> Rating:
    """Say whether an answer (`answer_id` of its messages) helped; the latest word counts."""
    await service.check(conversation_id, identity, visitor)
    await service.rate(conversation_id, answer_id, rating.helpful)
    return rating
