"""Linking and unlinking, asked for in the channel."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from billing.signing import Signer
from gateway.channels import links
from gateway.channels.adapter import Channel
from gateway.channels.commands import Command
from gateway.channels.marks import mark
from gateway.channels.saying import own
from gateway.channels.schemas import Choice, Heard, Said
from gateway.channels.texts import text_of


def obey(
    session: Session,
    command: Command,
    heard: Heard,
    *,
    channel: Channel,
    signer: Signer,
    stream: str,
    language: str,
    at: datetime,
) -> Said:
    """Offer a link to who asked in private, or end theirs; what is said of it."""
    if not channel.can_link(heard):
        return own("cannot_link", language)
    present = links.of_speaker(session, channel.name, heard.speaker)
    if command == "unlink":
        if present is None:
            return own("not_linked", language)
        links.end(session, present)
        return own("unlinked", language)
    if present is not None:
        return own("already_linked", language)
    offer_id = links.offer(session, signer, channel.name, heard, stream, language, at)
    return _offered(offer_id, language, at + links.OFFER)


def _offered(offer_id: str, language: str, until: datetime) -> Said:
    text = text_of("link_offer", language, until=f"{until:%H:%M}")
    page = Choice(text_of("link_button", language), mark("link", offer_id))
    return Said("link_offer", text, language, links=(page,))
