"""Where others read, only what anybody may know is answered; the rest is refused there and offered in private."""

from __future__ import annotations

from typing import Any

from gateway.channels.schemas import Choice, Said
from gateway.channels.texts import catalogue, text_of


def is_public(reply: list[dict[str, Any]]) -> bool:
    """Whether every message of the reply is knowledge or small talk."""
    topics = set(catalogue("groups")["topics"])
    return all(said["topic"].startswith("faq/") or said["topic"] in topics for said in reply)


def refusal(key: str, language: str, private_url: str | None) -> Said:
    """What is said instead, with a way to a private conversation where the vendor has an address for it."""
    links = (Choice(text_of("private_button", language), private_url),) if private_url else ()
    return Said(key, text_of("private_only", language), language, links=links)
