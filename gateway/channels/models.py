"""The tables of the channels. Who a channel's user is may be a phone number: `user_index` is what they are found by."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Instant, RowId
from billing.sealing import SealedJson, SealedText
from gateway.conversations.models import Base


class Queued:
    """Work to do: `pending` (taken by somebody until `next_attempt_at`), then `done`, or `dead` after too many tries.

    Rows of one `stream` are done in the order of their ids, one at a time.
    """

    id: Mapped[RowId]
    channel: Mapped[str] = mapped_column(sa.String(16))
    stream: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[str] = mapped_column(sa.String(8))
    attempts: Mapped[int]
    next_attempt_at: Mapped[At]
    last_error: Mapped[str | None] = mapped_column(SealedText)
    created_at: Mapped[At]
    done_at: Mapped[datetime | None] = mapped_column(Instant)


class ChannelEvent(Queued, Base):
    """What a vendor told, once for the vendor's own id of it. `heard` is emptied when it is done."""

    __tablename__ = "channel_event"
    __table_args__ = (
        sa.UniqueConstraint("channel", "workspace", "event"),
        sa.Index("ix_channel_event_due", "state", "channel", "next_attempt_at"),
        sa.Index("ix_channel_event_stream", "stream", "state", "id"),
    )

    workspace: Mapped[str] = mapped_column(sa.String(200))
    event: Mapped[str] = mapped_column(sa.String(200))
    heard: Mapped[dict[str, Any] | None] = mapped_column(SealedJson)


class ChannelDelivery(Queued, Base):
    """A call of a vendor's API to make, once for its key. `call` is emptied when it is done.

    `link_id`: whose account it tells of; it is not sent (`dropped`) once that link has ended. `perhaps_twice`: a try
    ended without the vendor's answer, so that it may have been shown more than once.
    """

    __tablename__ = "channel_delivery"
    __table_args__ = (
        sa.UniqueConstraint("key"),
        sa.Index("ix_channel_delivery_due", "state", "channel", "next_attempt_at"),
        sa.Index("ix_channel_delivery_stream", "stream", "state", "id"),
    )

    key: Mapped[str] = mapped_column(sa.String(64))
    link_id: Mapped[str | None] = mapped_column(sa.String(32))
    perhaps_twice: Mapped[bool]
    call: Mapped[dict[str, Any] | None] = mapped_column(SealedJson)


class ChannelConversation(Base):
    """The conversation of a user in a place, as whoever they were linked to (`link_id`) when it began.

    `place` is all that the adapter needs to say something there unasked.
    """

    __tablename__ = "channel_conversation"
    __table_args__ = (sa.UniqueConstraint("channel", "workspace", "user_index", "stream"),)

    id: Mapped[RowId]
    channel: Mapped[str] = mapped_column(sa.String(16))
    workspace: Mapped[str] = mapped_column(sa.String(200))
    user: Mapped[str] = mapped_column(SealedText)
    user_index: Mapped[str] = mapped_column(sa.String(64))
    stream: Mapped[str] = mapped_column(sa.String(64))
    link_id: Mapped[str | None] = mapped_column(sa.String(32))
    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversation.id"), index=True)
    language: Mapped[str | None] = mapped_column(sa.String(2))
    place: Mapped[dict[str, Any] | None] = mapped_column(SealedJson)


class ChannelLink(Base):
    """A channel's user who speaks for a user of an account. A channel's user has one link at most."""

    __tablename__ = "channel_link"
    __table_args__ = (sa.UniqueConstraint("channel", "workspace", "user_index"),)

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    channel: Mapped[str] = mapped_column(sa.String(16))
    workspace: Mapped[str] = mapped_column(sa.String(200))
    user: Mapped[str] = mapped_column(SealedText)
    user_index: Mapped[str] = mapped_column(sa.String(64))
    name: Mapped[str] = mapped_column(SealedText)
    account: Mapped[str] = mapped_column(sa.String(64), index=True)
    account_user: Mapped[str] = mapped_column(sa.String(200))
    linked_at: Mapped[At]


class ChannelLinkOffer(Base):
    """A one-time link that was handed to a channel's user; `place` is where they are told that it was used."""

    __tablename__ = "channel_link_offer"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(sa.String(16))
    workspace: Mapped[str] = mapped_column(sa.String(200))
    user: Mapped[str] = mapped_column(SealedText)
    user_index: Mapped[str] = mapped_column(sa.String(64))
    name: Mapped[str] = mapped_column(SealedText)
    stream: Mapped[str] = mapped_column(sa.String(64))
    place: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    language: Mapped[str] = mapped_column(sa.String(2))
    expires_at: Mapped[At]
    spent_at: Mapped[datetime | None] = mapped_column(Instant)
