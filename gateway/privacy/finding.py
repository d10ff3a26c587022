"""Which rows of the gateway's tables are a person's."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.db import chunks
from gateway.channels.models import ChannelConversation, ChannelDelivery, ChannelEvent, ChannelLink
from gateway.conversations.models import ConversationRow, TurnRow

Speaker = tuple[str, str, str]
"""A channel, a workspace, and the user in it."""


@dataclass(frozen=True, slots=True)
class Whose:
    """All users of an account, or one of them."""

    account: str
    user: str | None = None

    @property
    def digest(self) -> str:
        """What stands for them where their user's name may not."""
        return hashlib.sha256(f"{self.account}\x1f{self.user or ''}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Found:
    """What is theirs: conversations, the turns in them, links of channels, and as whom they speak there."""

    conversations: list[ConversationRow]
    turns: list[TurnRow]
    links: list[ChannelLink]
    rooms: list[ChannelConversation]

    @property
    def ids(self) -> list[str]:
        """Of the conversations."""
        return [row.id for row in self.conversations]

    @property
    def speakers(self) -> set[Speaker]:
        """Of the links, and of the conversations that were held in channels."""
        rows: list[ChannelLink | ChannelConversation] = [*self.links, *self.rooms]
        return {(row.channel, row.workspace, row.user) for row in rows}


def find(session: Session, whose: Whose) -> Found:
    """All that is theirs now."""
    talks = sa.select(ConversationRow).where(ConversationRow.account == whose.account)
    links = sa.select(ChannelLink).where(ChannelLink.account == whose.account)
    if whose.user is not None:
        talks = talks.where(ConversationRow.user == whose.user)
        links = links.where(ChannelLink.account_user == whose.user)
    conversations = list(session.scalars(talks.order_by(ConversationRow.created_at, ConversationRow.id)))
    ids = [row.id for row in conversations]
    linked = list(session.scalars(links))
    return Found(
        conversations=conversations,
        turns=list(rows_of(session, sa.select(TurnRow).order_by(TurnRow.id), TurnRow.conversation_id, ids)),
        links=linked,
        rooms=_rooms(session, ids, linked),
    )


def rows_of(session: Session, query: sa.Select[Any], column: Any, values: Iterable[Any]) -> Iterator[Any]:
    """The rows whose column has one of the values."""
    for some in chunks(values):
        yield from session.scalars(query.where(column.in_(some)))


def _rooms(session: Session, conversations: Collection[str], links: Iterable[ChannelLink]) -> list[ChannelConversation]:
    query = sa.select(ChannelConversation)
    rooms = [
        *rows_of(session, query, ChannelConversation.conversation_id, conversations),
        *rows_of(session, query, ChannelConversation.link_id, [link.id for link in links]),
    ]
    return list({room.id: room for room in rooms}.values())


def heard_of(session: Session, found: Found) -> list[ChannelEvent]:
    """Messages in channels that still hold what one of them wrote."""
    query = sa.select(ChannelEvent).where(ChannelEvent.heard.is_not(None))
    channels = sorted({channel for channel, _, _ in found.speakers})
    rows = rows_of(session, query, ChannelEvent.channel, channels)
    return [row for row in rows if row.heard and _speaker(row) in found.speakers]


def calls_of(session: Session, found: Found) -> list[ChannelDelivery]:
    """What is to be shown to them in channels: by their links, and in places where only they are."""
    rooms = list(rows_of(session, sa.select(ChannelConversation), ChannelConversation.stream, _streams(found)))
    others = {room.stream for room in rooms if (room.channel, room.workspace, room.user) not in found.speakers}
    query = sa.select(ChannelDelivery)
    rows = [
        *rows_of(session, query, ChannelDelivery.link_id, [link.id for link in found.links]),
        *rows_of(session, query, ChannelDelivery.stream, _streams(found) - others),
    ]
    return list({row.id: row for row in rows}.values())


def _streams(found: Found) -> set[str]:
    return {room.stream for room in found.rooms}


def _speaker(row: ChannelEvent) -> Speaker:
    return (row.channel, row.workspace, str((row.heard or {}).get("speaker", {}).get("user", "")))
