"""The assistant that the gateway runs: a Rasa agent, its actions in process, one turn at a time a conversation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import structlog
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.actions_in_process import InProcessActions
from assistant.errors import AssistantError, ModelMissing, TurnFailed
from assistant.messages import Message, Reply
from assistant.nlu.topics import TOPIC
from assistant.tracker_store import StrictTrackerStore
from assistant.turns import TurnProcessor

OnMessage = Callable[[Message], Awaitable[None]]
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a customer: `text`, or `choice` (the token of a button of the newest reply).

    `message_id` is the caller's: a message sent again has the same, and is answered once. `metadata` reaches the
    actions and may hold `today` (the caller's own date, ISO), from which relative periods count.
    """

    conversation: str
    message_id: str
    text: str | None = None
    choice: str | None = None
    locale: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was understood of a text: topic names of the contract, normalised slots."""

    text: str
    topic: str
    confidence: float
    language: str
    slots: dict[str, Any]


class _StrictAgent(Agent):
    """Rasa's agent with this project's processor, and without the tracker store that fails over to memory."""

    @staticmethod
    def _create_tracker_store(store: Any, domain: Any) -> Any:
        if store is None:
            raise ValueError("a tracker store is required")
        store.domain = domain
        return store

    def load_model(self, model_path: str | Path, fingerprint: str | None = None) -> None:
        """Load the model into a `TurnProcessor`."""
        self.processor = TurnProcessor(
            model_path=model_path,
            tracker_store=self.tracker_store,
            lock_store=self.lock_store,
            action_endpoint=self.action_endpoint,
            generator=self.nlg,
        )
        self.domain = self.processor.domain
        self._set_fingerprint(fingerprint)
        self.tracker_store.domain = self.domain
        if isinstance(self.nlg, TemplatedNaturalLanguageGenerator):
            self.nlg.responses = self.domain.responses


class _Silent(OutputChannel):
    """Sends nothing: a reply is read from the tracker once it is stored, so that nobody sees what was not kept."""

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
    def load(cls, model: Path, *, tracker_url: str, actions: str = "actions") -> Assistant:
        """Load the trained model and find the custom actions in the package `actions`.

        Raises:
            ModelMissing: there is no model at that path.
        """
        if not model.exists():
            raise ModelMissing(f"no trained model at {model}: run `make train`")
        agent = _StrictAgent(
            tracker_store=StrictTrackerStore(url=tracker_url),
            lock_store=InMemoryLockStore(),
            action_endpoint=InProcessActions(actions),
        )
        agent.load_model(model)
        return cls(agent)

    async def handle(self, turn: Turn, on_message: OnMessage | None = None) -> list[Message]:
        """Answer one message, exactly once for its id.

        `on_message` is called with each message of the reply once the turn is stored. A message that the tracker
        already holds is not run again: its stored reply is returned.

        Raises:
            StaleChoice: the button is not of the newest reply; nothing was kept.
            TurnFailed: something broke; nothing was kept, the same turn may be handled again.
        """
        try:
            async with self._agent.lock_store.lock(turn.conversation):
                return await self._answer(turn, on_message)
        except AssistantError:
            raise
        except Exception as error:
            log.exception("turn failed", conversation=turn.conversation, message=turn.message_id)
            raise TurnFailed(str(error)) from error

    async def _answer(self, turn: Turn, on_message: OnMessage | None) -> list[Message]:
        processor = self._agent.processor
        tracker = await self._agent.tracker_store.retrieve(turn.conversation)
        stored = _reply_to(tracker, turn.message_id) if tracker else None
        if stored is None:
            await processor.handle_message(_user_message(turn))
            tracker = await self._agent.tracker_store.retrieve(turn.conversation)
            stored = _reply_to(tracker, turn.message_id)
        if stored is None:
            raise TurnFailed("the turn left no trace in the tracker")
        if on_message:
            for message in stored:
                await on_message(message)
        return stored

    async def parse(self, text: str, *, language: str | None = None, today: date | None = None) -> Parsed:
        """What the assistant understands of a text outside any conversation; `language` where it cannot tell."""
        metadata = {"today": today.isoformat()} if today else {}
        data = await self._agent.processor.parse_message(UserMessage(text, sender_id="parse", metadata=metadata))
        slots = {entity["entity"]: entity["value"] for entity in data["entities"]}
        detected = slots.pop("language", None)
        return Parsed(text, data[TOPIC]["name"], data[TOPIC]["confidence"], detected or language or "en", slots)

    async def close(self) -> None:
        """Give back what is held open."""
        self._agent.tracker_store.engine.dispose()


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


def _reply_to(tracker: DialogueStateTracker, message_id: str) -> list[Message] | None:
    """The reply to a message that the tracker holds; None when it holds no such message."""
    events = list(tracker.events)
    for position, event in enumerate(events):
        if isinstance(event, UserUttered) and event.message_id == message_id:
            break
    else:
        return None
    topic = (event.parse_data or {}).get(TOPIC, {}).get("name") or event.intent_name or ""
    reply = Reply(message_id, _language_after(events[: position + 1], events[position + 1 :]), topic)
    messages = []
    for later in events[position + 1 :]:
        if isinstance(later, UserUttered):
            break
        if isinstance(later, BotUttered):
            messages.append(reply.next(later.text, later.data, later.metadata))
    return messages


def _language_after(before: list[Any], after: list[Any]) -> str:
    """The language that the reply was written in: the slot as the turn set it."""
    from rasa.shared.core.events import SlotSet

    language = "en"
    for event in before:
        if isinstance(event, SlotSet) and event.key == "language":
            language = event.value or language
    for event in after:
        if isinstance(event, UserUttered):
            break
        if isinstance(event, SlotSet) and event.key == "language":
            language = event.value or language
    return language
