"""What Messenger tells, read. https://developers.facebook.com/docs/messenger-platform/reference/webhook-events"""

from __future__ import annotations

from typing import Any

from gateway.channels.adapter import EventMalformed
from gateway.channels.schemas import Heard, Received, Speaker


def events_of(body: dict[str, Any]) -> Received:
    """The messages and pressed buttons of a batch; one body tells of many users.

    Nothing of echoes of the page's own messages, of deliveries and reads: answering those would never end.

    Raises:
        EventMalformed: none of the batch can be read. One that cannot costs the others nothing.
    """
    if body["object"] != "page":
        return Received()
    told = [event for entry in body["entry"] for event in entry.get("messaging") or ()]
    heard, broken = [], 0
    for event in told:
        try:
            heard.append(_message(event) or _press(event))
        except (KeyError, ValueError, TypeError, AttributeError):
            broken += 1
    if broken and broken == len(told):
        raise EventMalformed
    return Received(tuple(each for each in heard if each is not None))


def _message(event: dict[str, Any]) -> Heard | None:
    message = event.get("message")
    if not message or message.get("is_echo") or message.get("is_deleted"):
        return None
    reply = message.get("quick_reply") or {}
    if reply.get("payload"):
        return _heard(event, message["mid"], choice=reply["payload"])
    return _heard(event, message["mid"], text=message.get("text") or "")


def _press(event: dict[str, Any]) -> Heard | None:
    """A button of the page's own (Get started, the menu): its title is what is said, its payload is not ours."""
    postback = event.get("postback")
    if not postback:
        return None
    sender = event["sender"]["id"]
    return _heard(event, postback.get("mid") or f"postback:{sender}:{event['timestamp']}", text=postback["title"])


def _heard(event: dict[str, Any], message: str, **said: Any) -> Heard:
    page, user = str(event["recipient"]["id"]), str(event["sender"]["id"])
    return Heard(
        event=message,
        speaker=Speaker(workspace=page, user=user),
        place_id=user,
        place={"user": user},
        private=True,
        **said,
    )
