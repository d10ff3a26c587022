"""The assistant that the gateway runs: a Rasa agent, its actions in process, one turn at a time a conversation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import structlog
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.lock_store import LockStore
from rasa.shared.core.events import ActiveLoop, BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from threadpoolctl import threadpool_limits

from assistant import doubts
from assistant.actions_in_process import InProcessActions
from assistant.doubts import Noticed
from assistant.errors import ModelMissing, StaleChoice, Superseded, TurnFailed
from assistant.leases import Leases
from assistant.lock_store import FileLockStore, LocalLockStore, RedisLockStore
from assistant.messages import Message, Reply, language_of
from assistant.nlu import encoders
from assistant.nlu.slots import dates
from assistant.nlu.topics import TOPIC
from assistant.tracker_store import StrictTrackerStore

log = structlog.get_logger()

_TRIES = 5
"""How often a turn is begun that others get ahead of; each time one of them was done."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a customer: `text`, or `choice` (the token of a button of the newest reply).

    `message_id` is the caller's: a message sent again has the same, and is answered once. `metadata` reaches the
    actions and may hold `today` (the caller's own date, ISO), from which relative periods count, and `seen` (the id
    of the message whose reply was the newest when this was written). `retried`: it was handled before, perhaps.
    """

    conversation: str
    message_id: str
    text: str | None = None
    choice: str | None = None
    locale: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    retried: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """The reply to a turn, what the turn tells of how well messages are understood, and the form that it left open."""

    messages: list[Message]
    noticed: Noticed
    form: str | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was understood of a text: topic names of the contract, normalised slots."""

    text: str
    topic: str
    confidence: float
    language: str
    slots: dict[str, Any]


class _StrictAgent(Agent):
    """Rasa's agent without the tracker store that fails over to memory."""

    @staticmethod
    def _create_tracker_store(store: Any, domain: Any) -> Any:
        if store is None:
            raise ValueError("a tracker store is required")
        store.domain = domain
        return store


class _Silent(OutputChannel):
    """Sends nothing: a reply is read from the tracker once that is stored, so that nobody sees what was not kept."""

    @classmethod
    def name(cls) -> str:
        """The channel's name in trackers."""
        return "gateway"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Nothing to do."""


class Assistant:
    """Answers turns. Safe for many conversations at once; the turns of one conversation run one after the other."""

    def __init__(self, agent: _StrictAgent) -> None:
        self._agent = agent

    @classmethod
    def load(
        cls,
        model: Path,
        *,
        tracker_url: str,
        redis_url: str | None = None,
        redis_failed: Callable[[], object] = lambda: None,
        actions: str = "actions",
    ) -> Assistant:
        """Load the trained model and find the custom actions in the package `actions`.

        The turns of one conversation wait for each other: where conversations are in a file, over all processes of this
        machine; with `redis_url`, over all that share it: `redis_failed` is called where it did not answer, and the
        database stood in for it.

        Raises:
            ModelMissing: there is no model at that path.
        """
        if not model.exists():
            raise ModelMissing(f"no trained model at {model}: run `make train`")
        store = StrictTrackerStore(url=tracker_url)
        agent = _StrictAgent(
            tracker_store=store,
            lock_store=_locks(store, redis_url, redis_failed),
            action_endpoint=InProcessActions(actions),
        )
        agent.load_model(model)
        # a second thread of BLAS waits in a loop for products that take a millisecond: 58 → 25 ms of CPU a turn
        threadpool_limits(1, user_api="blas")
        return cls(agent)

    async def handle(self, turn: Turn) -> Answered:
        """Answer one message, exactly once for its id.

        A message that the tracker already holds is not run again: its stored reply is returned. A turn that lost its
        lock to another process, which went on, is run anew on what is there now.

        Raises:
            StaleChoice: the button is not of the newest reply; nothing was kept.
            TurnFailed: something broke; nothing was kept, the same turn may be handled again.
            ConversationBusy: the turns before it took too long; the same.
        """
        try:
            for _ in range(_TRIES - 1):
                try:
                    return await self._locked(turn)
                except Superseded:
                    log.warning("a turn is run anew: another process went on", conversation=turn.conversation)
                    turn = replace(turn, retried=True)
            return await self._locked(turn)
        except StaleChoice:
            raise
        except Exception as error:
            log.exception("turn failed", conversation=turn.conversation, message=turn.message_id)
            if isinstance(error, TurnFailed):
                raise
            raise TurnFailed(type(error).__name__) from error

    async def _locked(self, turn: Turn) -> Answered:
        async with self._agent.lock_store.lock(turn.conversation):
            return await self._answer(turn)

    async def _answer(self, turn: Turn) -> Answered:
        stored = None
        if turn.retried:  # a try that was kept may lie before the window
            whole = await self._agent.tracker_store.retrieve_full_tracker(turn.conversation)
            stored = _reply_to(whole, turn.message_id) if whole else None
        if stored is None:
            tracker = await self._agent.processor.handle(_user_message(turn))
            stored = _reply_to(tracker, turn.message_id)
        if stored is None:
            raise TurnFailed("the turn left no trace in the tracker")
        return stored

    async def parse(self, text: str, *, language: str | None = None, today: date | None = None) -> Parsed:
        """What the assistant understands of a text outside any conversation; `language` where it cannot tell."""
        metadata = {"today": today.isoformat()} if today else {}
        data = await self._agent.processor.parse_message(UserMessage(text, sender_id="parse", metadata=metadata))
        slots = {entity["entity"]: entity["value"] for entity in data["entities"]}
        detected = slots.pop("language", None)
        return Parsed(text, data[TOPIC]["name"], data[TOPIC]["confidence"], detected or language or "en", slots)

    @staticmethod
    def warm_up() -> None:
        """Load now what the first message with a date in words, or hard to understand, would wait for."""
        dates.warm_up()
        encoders.warm_up()

    async def close(self) -> None:
        """Give back what is held open."""
        self._agent.tracker_store.close()
        if isinstance(self._agent.lock_store, RedisLockStore | FileLockStore):
            await self._agent.lock_store.close()


def _locks(store: StrictTrackerStore, redis_url: str | None, redis_failed: Callable[[], object]) -> LockStore:
    """What keeps the turns of a conversation apart in all processes that may come by it.

    Conversations in a file are this machine's, whose kernel does it; a Redis is asked where they are on a server.
    """
    address = store.engine.url
    if address.get_backend_name() == "sqlite":
        in_a_file = address.database not in (None, "", ":memory:")
        return FileLockStore(Path(f"{address.database}-turns.lock")) if in_a_file else LocalLockStore()
    return RedisLockStore(redis_url, Leases(store.engine), redis_failed) if redis_url else LocalLockStore()


def _user_message(turn: Turn) -> UserMessage:
    metadata = {**turn.metadata, "locale": turn.locale}
    if turn.choice is not None:
        metadata["choice"] = turn.choice
    return UserMessage(
        turn.text or "",
        output_channel=_Silent(),
        sender_id=turn.conversation,
        input_channel="gateway",
        message_id=turn.message_id,
        metadata=metadata,
    )


def _reply_to(tracker: DialogueStateTracker, message_id: str) -> Answered | None:
    """The reply to a message that the tracker holds; None when it holds no such message."""
    events = list(tracker.events)
    asked = (at for at, e in enumerate(events) if type(e) is UserUttered and e.message_id == message_id)
    position = next(asked, None)
    if position is None:
        return None
    others = (at for at, e in enumerate(events) if type(e) is UserUttered and e.message_id != message_id)
    end = next((at for at in others if at > position), len(events))
    reply = Reply(message_id, language_of(events[:end]))
    messages, topic = [], ""
    for event in events[position:end]:
        if type(event) is UserUttered:  # one message may be two questions: each part has its topic
            topic = (event.parse_data or {}).get(TOPIC, {}).get("name") or event.intent_name or ""
        elif type(event) is BotUttered:
            messages.append(reply.next(topic, event.text, event.data, event.metadata))
    loops = [event.name for event in events[:end] if type(event) is ActiveLoop]
    return Answered(messages, doubts.noticed(events[:end], position), loops[-1] if loops else None)
