"""What a turn is here and what Rasa has no setting for.

1. Inside a form a message is an answer, a question, or another task: `what_it_is_in_a_form`.
2. A typed `/intent{...}` is text. Buttons come back as the number of a button that was really shown.
3. An action that fails fails the turn: Rasa would log it, forget the action and keep the rest.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, NamedTuple

from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from assistant.confirmations import confirms
from assistant.errors import StaleChoice, TurnFailed
from assistant.nlu.topics import OUT_OF_SCOPE, TOPIC
from assistant.opening import say_first

TERMINAL = "cmdline"
"""The channel of `rasa shell`: a developer's own terminal, the only place where a typed `/intent` is obeyed."""

ANSWER, ANOTHER_TASK = "answer", "another_task"
INTERRUPTS_AT = 0.6
"""Inside a form a less certain guess is an answer to the form's question."""
INTERRUPTS_FREE_TEXT_AT = 0.85
"""Where the form asks for words of the customer's own, only a very sure question is not that."""

_COMMAND = re.compile(r"\s*/\w+\s*[({].*|\s*/\w+\s*", re.DOTALL)
"""What looks like an instruction to a bot: no customer writes so, and nothing in it is taken as a wish."""

_DIALOGUE = {"greet", "goodbye", "thank", "help", "bot_challenge", "cancel"}
_YES_OR_NO = {"affirm", "deny"}


def what_it_is_in_a_form(guess: Guess, form: Form, *, confirmed: bool) -> str:  # noqa: PLR0911  one return a rule
    """The intent that a guess stands for while `form` waits: itself, `answer` or `another_task`.

    `confirmed`: the message is on the list of what counts as a yes, and answers terms that its writer has seen.
    """
    if guess.intent == "cancel" and guess.confidence >= INTERRUPTS_AT:
        return guess.intent
    if form.asks_yes_or_no and confirmed:
        return "affirm"
    if form.asks_yes_or_no and guess.intent == "deny" and not guess.entities & form.entities:
        return guess.intent
    if form.asks_free_text:
        sure = guess.intent == "faq" and guess.confidence >= INTERRUPTS_FREE_TEXT_AT
        return guess.intent if sure else ANSWER
    if guess.confidence < INTERRUPTS_AT or guess.intent in {"out_of_scope", *_YES_OR_NO}:
        return ANSWER
    if guess.intent == "faq" or guess.intent.startswith("show_") or guess.intent in _DIALOGUE:
        return guess.intent
    if guess.entities & form.entities:
        return ANSWER
    return guess.intent if guess.intent == form.task else ANOTHER_TASK


class Guess(NamedTuple):
    """What a message was understood as."""

    intent: str
    confidence: float
    entities: set[str]


class Form:
    """What the waiting form asks for, read from the domain."""

    def __init__(self, domain: Domain, name: str, requested: str | None) -> None:
        self.task = name.removesuffix("_form")
        slots = {slot.name: slot.mappings for slot in domain.slots}
        required = domain.required_slots_for_form(name)
        self.entities = {m["entity"] for slot in required for m in slots[slot] if m["type"] == "from_entity"}
        asked = slots.get(requested or "", [])
        kinds = {mapping["type"] for mapping in asked}
        self.asks_yes_or_no = "from_intent" in kinds
        self.asks_free_text = kinds == {"from_text"}


class TurnProcessor(MessageProcessor):
    """Rasa's processor with the three rules above."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._read_slash_as_text()

    def _read_slash_as_text(self) -> None:
        """Every NLU graph of Rasa ends in the node that obeys `/intent{...}`: stop at the one before it."""
        meta = self.model_metadata
        if meta.nlu_target == "run_RegexMessageHandler":
            before = meta.predict_schema.nodes[meta.nlu_target].needs["messages"]
            self.model_metadata = replace(meta, nlu_target=before)

    async def parse_message(
        self, message: UserMessage, tracker: DialogueStateTracker | None = None, only_output_properties: bool = True
    ) -> dict[str, Any]:
        """What the message says, or which button it presses."""
        choice = (message.metadata or {}).get("choice")
        if tracker is not None and choice is not None:
            return self._pressed(message, tracker, choice)
        if message.input_channel == TERMINAL and (message.text or "").startswith("/"):
            return self._command(message.text, message.text)  # `rasa shell` presses buttons so
        data: dict[str, Any] = await super().parse_message(message, tracker, only_output_properties)
        if _COMMAND.fullmatch(message.text or ""):
            _as_mere_text(data)
        if tracker is not None:
            self._keep_a_language(data, tracker, message)
            self._inside_a_form(data, tracker, message)
        return data

    def _inside_a_form(self, data: dict[str, Any], tracker: DialogueStateTracker, message: UserMessage) -> None:
        if not tracker.active_loop_name:
            return
        form = Form(self.domain, tracker.active_loop_name, tracker.get_slot("requested_slot"))
        entities = {entity["entity"] for entity in data["entities"]}
        guess = Guess(data["intent"]["name"], data["intent"]["confidence"], entities)
        confirmed = confirms(message.text or "") and _has_seen(message, tracker)
        intent = what_it_is_in_a_form(guess, form, confirmed=confirmed)
        data["intent"] = {"name": intent, "confidence": guess.confidence}

    def _keep_a_language(self, data: dict[str, Any], tracker: DialogueStateTracker, message: UserMessage) -> None:
        """At the start, a message too short to tell is answered in the language that the caller's page speaks."""
        told = any(entity["entity"] == "language" for entity in data["entities"])
        if not told and tracker.get_slot("language") is None:
            locale = str((message.metadata or {}).get("locale") or "en")[:2].lower()
            language = locale if locale in {"en", "ja", "ko"} else "en"
            data["entities"].append({"entity": "language", "value": language, "start": 0, "end": 0})

    def _pressed(self, message: UserMessage, tracker: DialogueStateTracker, choice: str) -> dict[str, Any]:
        button = pressed(tracker, choice)
        message.text = button["title"]  # what the transcript shows
        return self._command(button["payload"], button["title"])

    def _command(self, payload: str, text: str) -> dict[str, Any]:
        data = YAMLStoryReader.unpack_regex_message(Message({TEXT: payload}), self.domain, "button").as_dict()
        return {"intent": data["intent"], "entities": data["entities"], "text": text}

    async def _run_prediction_loop(self, output_channel: Any, tracker: DialogueStateTracker) -> None:
        await say_first(self, output_channel, tracker)
        await super()._run_prediction_loop(output_channel, tracker)

    async def _run_action(
        self, action: Action, tracker: DialogueStateTracker, output_channel: Any, nlg: Any, prediction: Any
    ) -> bool:
        failures: list[Exception] = []
        run = action.run

        async def noting_failures(*args: Any, **kwargs: Any) -> Any:
            try:
                return await run(*args, **kwargs)
            except ActionExecutionRejection:
                raise
            except Exception as error:
                failures.append(error)
                raise

        action.run = noting_failures
        goes_on: bool = await super()._run_action(action, tracker, output_channel, nlg, prediction)
        if failures:
            raise TurnFailed(f"action {action.name()} failed") from failures[0]
        return goes_on


def _has_seen(message: UserMessage, tracker: DialogueStateTracker) -> bool:
    """Whether the writer had the newest reply before them: a yes that was on its way while terms changed is none.

    `seen` in the metadata is the id of the message whose reply was the newest then; without it nothing is known.
    """
    metadata = message.metadata or {}
    return "seen" not in metadata or metadata["seen"] == buttons_shown(tracker)[0]


def _as_mere_text(data: dict[str, Any]) -> None:
    data["intent"] = {"name": OUT_OF_SCOPE, "confidence": 1.0}
    data[TOPIC] = dict(data["intent"])
    data["entities"] = [entity for entity in data["entities"] if entity["entity"] == "language"]
    data.pop("response_selector", None)


def buttons_shown(tracker: DialogueStateTracker) -> tuple[str | None, list[dict[str, Any]]]:
    """The id of the newest message and all buttons that its reply showed, in order."""
    shown: list[dict[str, Any]] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            return event.message_id, shown
        if isinstance(event, BotUttered) and event.data.get("buttons"):
            shown = list(event.data["buttons"]) + shown
    return None, shown


def pressed(tracker: DialogueStateTracker, choice: str) -> dict[str, Any]:
    """The button that `choice` (`<message id>:<number>`) names.

    Raises:
        StaleChoice: it is not of the newest reply, or was never shown.
    """
    turn, _, number = choice.rpartition(":")
    newest, shown = buttons_shown(tracker)
    if not newest or turn != newest or not number.isdecimal() or int(number) >= len(shown):
        raise StaleChoice(choice)
    return shown[int(number)]
