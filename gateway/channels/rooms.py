"""Which conversation a user has in a place, and for whom they speak there."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.db import Database
from gateway.auth import Identity
from gateway.channels import blind, links
from gateway.channels.adapter import Channel
from gateway.channels.models import ChannelConversation
from gateway.channels.schemas import Heard
from gateway.channels.texts import language_of


@dataclass(frozen=True, slots=True)
class Room:
    """For whom the user speaks (`identity` None: a visitor), their conversation where they have one, its language."""

    link_id: str | None
    identity: Identity | None
    conversation: str | None
    language: str


class Rooms:
    """The conversations of one channel. Every method is one transaction and blocks."""

    def __init__(self, database: Database, channel: Channel) -> None:
        self._database, self._channel = database, channel

    def enter(self, heard: Heard, stream: str) -> Room:
        """The user's room as of now. In public, or where the vendor vouches for nobody, they are a visitor.

        A conversation that began when they were somebody else is not gone on with.
        """
        with self._database.snapshot() as session:
            vouched = heard.private and self._channel.can_link(heard)
            link = links.of_speaker(session, self._channel.name, heard.speaker) if vouched else None
            known = self._known(session, heard, stream)
        link_id = link.id if link else None
        identity = Identity(link.account, link.account_user) if link else None
        goes_on = known is not None and known.link_id == link_id
        language = (known and known.language) or language_of(heard.locale)
        return Room(link_id, identity, known.conversation_id if known and goes_on else None, language)

    def begin(self, heard: Heard, stream: str, room: Room, conversation: str) -> None:
        """From now on the user has this conversation there, as who they are in the room."""
        with self._database.transaction() as session:
            session.execute(sa.delete(ChannelConversation).where(*self._of(session, heard, stream)))
            session.add(
                ChannelConversation(
                    channel=self._channel.name,
                    workspace=heard.speaker.workspace,
                    user=heard.speaker.user,
                    user_index=self._index(session, heard),
                    stream=stream,
                    link_id=room.link_id,
                    conversation_id=conversation,
                    place=heard.place,
                )
            )

    def speaks(self, heard: Heard, stream: str, language: str) -> None:
        """Remember the language that the user was answered in, and where."""
        with self._database.transaction() as session:
            table = sa.update(ChannelConversation)
            session.execute(table.where(*self._of(session, heard, stream)).values(language=language, place=heard.place))

    def leave(self, heard: Heard, stream: str) -> None:
        """Go on with nothing: the next message begins a conversation."""
        with self._database.transaction() as session:
            session.execute(sa.delete(ChannelConversation).where(*self._of(session, heard, stream)))

    def _known(self, session: Session, heard: Heard, stream: str) -> ChannelConversation | None:
        return session.scalar(sa.select(ChannelConversation).where(*self._of(session, heard, stream)))

    def _of(self, session: Session, heard: Heard, stream: str) -> tuple[sa.ColumnElement[bool], ...]:
        table = ChannelConversation
        return (
            table.channel == self._channel.name,
            table.workspace == heard.speaker.workspace,
            table.user_index == self._index(session, heard),
            table.stream == stream,
        )

    def _index(self, session: Session, heard: Heard) -> str:
        return blind.user_of(session, self._channel.name, heard.speaker.workspace, heard.speaker.user)
