"""Answering one event: who it is, which conversation, the turn, and the calls that show the reply.

The event is done in the same transaction that queues its calls. Whatever breaks before, it is answered again: the
turn has the event's key, so that it is done once (ADR 0004), and the calls have keys of the reply's messages.
"""

from __future__ import annotations

import asyncio

from pydantic import ValidationError

from assistant.errors import StaleChoice
from billing.api import Billing
from billing.signing import Signer
from gateway.channels.adapter import Channel
from gateway.channels.commands import START, Command, command_of, with_sign_in
from gateway.channels.fitting import chosen, fit
from gateway.channels.groups import is_public, refusal
from gateway.channels.linking import obey
from gateway.channels.rooms import Room, Rooms
from gateway.channels.saying import own, said_of, title_of
from gateway.channels.schemas import Heard, Said
from gateway.channels.store import Queueing, digest
from gateway.channels.texts import language_of, text_of
from gateway.conversations.schemas import LONGEST_TEXT, NewMessage
from gateway.conversations.service import Conversations, Reply


class Answering:
    """Answers the events of one channel."""

    def __init__(
        self, billing: Billing, talk: Conversations, channel: Channel, signer: Signer, *, charts: bool
    ) -> None:
        self._billing, self._talk, self._channel, self._signer = billing, talk, channel, signer
        self._rooms, self._charts = Rooms(billing.database, channel), charts

    async def answer(self, heard: Heard, stream: str) -> list[Queueing]:
        """What is to be called; nothing of it is queued yet.

        Raises:
            Problem, TurnFailed: it may be answered again.
        """
        room = await asyncio.to_thread(self._rooms.enter, heard, stream)
        heard = await self._by_number(heard, room)
        command, language = command_of(heard)
        if command is not None:
            said = await asyncio.to_thread(self._obey, command, heard, stream, language or room.language)
            return self._say(said, heard)
        message = _message(heard, room.language)
        if isinstance(message, Said):
            return self._say(message, heard)
        return await self._converse(heard, stream, room, message)

    def apologise(self, heard: Heard) -> list[Queueing]:
        """What is called when answering was given up."""
        return self._say(own("failed", language_of(heard.locale)), heard)

    async def _converse(self, heard: Heard, stream: str, room: Room, message: NewMessage) -> list[Queueing]:
        conversation = room.conversation
        if conversation is None:
            conversation = (await self._talk.open(room.identity)).id
            await asyncio.to_thread(self._rooms.begin, heard, stream, room, conversation)
        settled = await self._settled(heard, conversation)
        try:
            reply = await self._turn(heard, conversation, room, message)
        except StaleChoice:
            return self._say(own("stale_choice", room.language), heard)
        if not heard.private and not is_public(reply):
            await asyncio.to_thread(self._rooms.leave, heard, stream)
            return self._say(self._refusal(heard, reply[-1]["language"]), heard)
        if reply:
            await asyncio.to_thread(self._rooms.speaks, heard, stream, reply[-1]["language"])
        shown = [
            self._queueing(f"{conversation}:{said.id}", said, heard, room.link_id)
            for said in self._said(reply, heard, room)
        ]
        return [self._pressed(heard), settled, *shown]

    async def _by_number(self, heard: Heard, room: Room) -> Heard:
        """A typed number as the button that it chooses, where the newest reply was shown as a numbered list."""
        if heard.text is None or room.conversation is None or not heard.text.strip()[:1].isdecimal():
            return heard
        reply = await self._talk.reply(room.conversation)
        for said in reversed(self._said(reply, heard, room)):
            numbered = fit(said, self._channel.abilities).numbered
            if numbered:
                token = chosen(numbered, heard.text)
                return _as_choice(heard, token) if token else heard
        return heard

    async def _turn(self, heard: Heard, conversation: str, room: Room, message: NewMessage) -> Reply:
        """The reply; a button counts once however often it is pressed, a text once for the vendor's event."""
        key = f"choice:{message.choice}" if message.choice else digest(self._channel.name, heard.event)
        locale = heard.locale
        if locale is None and room.conversation is None:  # later, the language of the conversation is known
            locale = (await asyncio.to_thread(self._channel.profile, heard)).locale
        answer = self._talk.answer(
            conversation, room.identity, message, key=key, locale=locale, had_card_number=heard.card_number
        )
        return [said async for said in answer]

    async def _settled(self, heard: Heard, conversation: str) -> Queueing:
        """The calls that show in the message which of its buttons was pressed."""
        calls = []
        if heard.choice is not None and heard.pressed:
            for message in await self._talk.reply(conversation, heard.choice.partition(":")[0]):
                title = title_of(message, heard.choice)
                if title is not None:
                    shown = fit(said_of(message, charts=self._charts), self._channel.abilities)
                    calls = self._channel.settle(heard, shown, title)
        return Queueing(f"settle:{heard.event}", calls)

    def _said(self, reply: Reply, heard: Heard, room: Room) -> list[Said]:
        """The messages as they are shown to this user there."""
        messages = [said_of(message, charts=self._charts) for message in reply]
        offers = room.identity is None and heard.private and self._channel.can_link(heard)
        return [with_sign_in(said) for said in messages] if offers else messages

    def _say(self, said: Said, heard: Heard) -> list[Queueing]:
        return [self._pressed(heard), self._queueing(f"say:{heard.event}", said, heard)]

    def _pressed(self, heard: Heard) -> Queueing:
        return Queueing(f"pressed:{heard.event}", self._channel.acknowledge(heard) if heard.pressed else [])

    def _queueing(self, key: str, said: Said, heard: Heard, link_id: str | None = None) -> Queueing:
        return Queueing(key, self._channel.render(fit(said, self._channel.abilities), heard.place), link_id)

    def _obey(self, command: Command, heard: Heard, stream: str, language: str) -> Said:
        if not heard.private:
            return self._refusal(heard, language)
        name = heard.speaker.name or self._channel.profile(heard).name or heard.speaker.user
        heard = heard.model_copy(update={"speaker": heard.speaker.model_copy(update={"name": name})})
        with self._billing.database.transaction() as session:
            return obey(
                session,
                command,
                heard,
                channel=self._channel,
                signer=self._signer,
                stream=stream,
                language=language,
                at=self._billing.now(),
            )

    def _refusal(self, heard: Heard, language: str) -> Said:
        return refusal("private_only", language, self._channel.private_url(heard))


def _message(heard: Heard, language: str) -> NewMessage | Said:
    """What to tell the assistant, or what to say where there is nothing to tell it."""
    if heard.choice is None and not (heard.text or "").strip():
        return own("only_text", language)
    text = heard.text
    if text is not None and text.strip() == START:
        text = text_of("hello", language)
    try:
        return NewMessage(choice=heard.choice) if heard.choice is not None else NewMessage(text=text)
    except ValidationError:
        return own("too_long", language, most=str(LONGEST_TEXT))


def _as_choice(heard: Heard, choice: str) -> Heard:
    """The same event as the press of a button."""
    return heard.model_copy(update={"text": None, "choice": choice})
