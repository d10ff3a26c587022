"""A message of the assistant as it crosses the door."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from billing.config import Settings
from gateway.conversations.schemas import MessageOut

if TYPE_CHECKING:  # a command that reads what was said does without Rasa
    from assistant.messages import Message


def sent(message: Message, answer_id: str, at: datetime, settings: Settings) -> dict[str, Any]:
    """Without a public address, links to our own pages are relative: to wherever it is."""
    own = "" if settings.public_url else settings.own_address
    return MessageOut(
        id=message.id,
        text=message.text,
        language=message.language,
        topic=message.topic,
        buttons=[{"title": b.title, "choice": b.choice} for b in message.buttons],
        links=[{"title": link.title, "url": _relative(link.url, own)} for link in message.links],
        card=message.card,
        answer_id=answer_id,
        created_at=at,
        handoff="waiting" if message.handoff else None,
    ).model_dump(mode="json")


def _relative(url: str, own: str) -> str:
    return url.removeprefix(own) if own and url.startswith(f"{own}/") else url
