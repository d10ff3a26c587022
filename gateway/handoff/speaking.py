"""What is said unasked reaches the messaging channel that the conversation is held in, through its outbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.config import Settings
from gateway.channels import store
from gateway.channels.adapter import Channel
from gateway.channels.fitting import fit
from gateway.channels.marks import clean
from gateway.channels.models import ChannelConversation
from gateway.channels.registry import configured
from gateway.channels.saying import said_of
from gateway.channels.schemas import Said
from gateway.channels.store import Queueing
from gateway.handoff.texts import text_of


class Speaking:
    """The channels that are on; each is built when the first message goes to one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _channels(self) -> Mapping[str, Channel]:
        return configured(self._settings)

    def send(self, session: Session, conversation_id: str, reply: list[dict[str, Any]], at: datetime) -> None:
        """Queue the messages for the place where the conversation is held, once each, in the caller's transaction.

        A conversation on a web page is held in none: there it is read by `gateway.handoff.feed`.
        """
        places = sa.select(ChannelConversation).where(ChannelConversation.conversation_id == conversation_id)
        for held in session.scalars(places):
            channel = self._channels.get(held.channel)
            if channel is None or held.place is None:
                continue
            for message in reply:
                calls = channel.render(fit(_said(message), channel.abilities), held.place)
                queueing = Queueing(f"{conversation_id}:{message['id']}", calls, held.link_id)
                store.queue(session, held.channel, held.stream, [queueing], at)


def _said(message: dict[str, Any]) -> Said:
    if message["role"] != "operator":
        return said_of(message, charts=False)
    language = message["language"]
    return Said(
        message["id"], text_of("says", language, name=clean(message["name"]), text=clean(message["text"])), language
    )
