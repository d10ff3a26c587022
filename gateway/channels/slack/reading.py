"""What Slack tells, read. https://docs.slack.dev/apis/events-api and /interactivity/handling-user-interaction"""

from __future__ import annotations

import html
import re
from typing import Any

from gateway.channels.schemas import Heard, Received, Speaker

_MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")
_LINK = re.compile(r"<(?:[a-z]+:)?[^>|]*\|([^>]*)>|<((?:https?|mailto|tel):[^>]*)>")
_HEARD = {None, "file_share", "thread_broadcast"}
"""Subtypes that a person wrote. All others tell of messages: edited, deleted, joined, the bot's own."""


def events_of(body: dict[str, Any]) -> Received:
    """The message of an event: in a private conversation each, elsewhere one that mentions the app.

    Slack tells one message as several events where an app listens to several; its id is the message's, not the event's.
    """
    if body["type"] == "url_verification":
        return Received(body=str(body["challenge"]))
    event = body.get("event") or {}
    private = event.get("channel_type") == "im"
    if not _is_for_us(event, private):
        return Received()
    heard = Heard(
        event=f"message:{event['channel']}:{event['ts']}",
        speaker=Speaker(workspace=event.get("user_team") or event.get("team") or body["team_id"], user=event["user"]),
        place_id=event["channel"],
        place={
            "channel": event["channel"],
            "thread": event.get("thread_ts") if private else event.get("thread_ts") or event["ts"],
            "app": body.get("api_app_id"),
        },
        private=private,
        text=_text(event.get("text") or ""),
    )
    return Received((heard,))


def press_of(payload: dict[str, Any]) -> Received:
    """The button that was pressed; None of Slack's other interactions, nor a button that only opens a page."""
    actions = [action for action in payload.get("actions") or [] if action.get("value")]
    if payload["type"] != "block_actions" or not actions or "message" not in payload:
        return Received()
    action, user, channel = actions[0], payload["user"], payload["channel"]
    message, private = payload["message"], _is_direct(channel)
    heard = Heard(
        event=f"press:{channel['id']}:{message['ts']}:{user['id']}:{action['action_ts']}",
        speaker=Speaker(
            workspace=user.get("team_id") or payload["team"]["id"], user=user["id"], name=user.get("username") or ""
        ),
        place_id=channel["id"],
        place={
            "channel": channel["id"],
            "thread": message.get("thread_ts") if private else message.get("thread_ts") or message["ts"],
            "app": payload.get("api_app_id"),
        },
        private=private,
        choice=action["value"],
        pressed={"ts": message["ts"]},
    )
    return Received((heard,))


def _is_direct(channel: dict[str, Any]) -> bool:
    """By its id as well: anybody may give a channel the name that Slack gives private conversations."""
    return str(channel["id"]).startswith("D") and channel.get("name") == "directmessage"


def _is_for_us(event: dict[str, Any], private: bool) -> bool:
    """Nothing that a bot wrote is answered, the app's own messages least of all."""
    if event.get("subtype") not in _HEARD or event.get("bot_id") or not event.get("user"):
        return False
    return event["type"] == "app_mention" or (event["type"] == "message" and private)


def _text(text: str) -> str:
    """As the user wrote it: without mentions, links by what they show, Slack's three entities undone."""
    plain = _MENTION.sub("", text)
    return html.unescape(_LINK.sub(lambda link: link[1] or link[2], plain)).strip()
