"""What the Bot Framework tells of Teams, read.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-activities
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from gateway.channels.adapter import SignatureInvalid
from gateway.channels.schemas import Heard, Received, Speaker
from gateway.channels.teams.tokens import CHANNEL


def events_of(activity: dict[str, Any], proof: Mapping[str, Any]) -> Received:
    """The message or pressed button of an activity; nothing of members, reactions and typing.

    Raises:
        SignatureInvalid: it asks to be answered elsewhere than its token says.
    """
    if str(activity["serviceUrl"]).rstrip("/") != str(proof.get("serviceurl")).rstrip("/"):
        raise SignatureInvalid
    if activity["type"] != "message" or activity["channelId"] != CHANNEL:
        return Received()
    private = activity["conversation"].get("conversationType") == "personal"
    choice = _choice(activity.get("value"))
    if choice is None and not private and not _is_named(activity):
        return Received()
    return Received((_heard(activity, private, choice),))


def _heard(activity: dict[str, Any], private: bool, choice: str | None) -> Heard:
    """`value` holds what a button carries; its `text` is empty, and is not what the user said."""
    conversation, sender = activity["conversation"], activity["from"]
    tenant = conversation.get("tenantId") or activity["channelData"]["tenant"]["id"]
    answered = activity.get("replyToId")
    return Heard(
        event=f"{conversation['id']}:{activity['id']}",
        speaker=Speaker(workspace=tenant, user=sender["id"], name=sender.get("name") or ""),
        place_id=conversation["id"],
        place={"service": activity["serviceUrl"].rstrip("/"), "conversation": conversation["id"]},
        private=private,
        text=None if choice else _text(activity),
        choice=choice,
        locale=activity.get("locale"),
        pressed={"activity": answered} if choice and answered else {},
    )


def _choice(value: Any) -> str | None:
    choice = value.get("choice") if isinstance(value, dict) else None
    return choice if isinstance(choice, str) and choice else None


def _mentions(activity: dict[str, Any]) -> list[dict[str, Any]]:
    """Where the bot itself is named."""
    bot = activity["recipient"]["id"]
    entities = [each for each in activity.get("entities") or () if each.get("type") == "mention"]
    return [each for each in entities if (each.get("mentioned") or {}).get("id") == bot]


def _is_named(activity: dict[str, Any]) -> bool:
    return bool(_mentions(activity))


def _text(activity: dict[str, Any]) -> str:
    text = activity.get("text") or ""
    for mention in _mentions(activity):
        text = text.replace(mention.get("text") or "", "")
    return html.unescape(text).replace("\xa0", " ").strip()
