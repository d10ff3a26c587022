"""What a turn is here and what Rasa has no setting for.

1. Inside a form a message is an answer, a question, or another task: `what_it_is_in_a_form`.
2. A typed `/intent{...}` is text. Buttons come back as the number of a button that was really shown.
3. An action that fails fails the turn: Rasa would log it, forget the action and keep the rest.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from assistant.errors import StaleChoice, TurnFailed

ANSWER, ANOTHER_TASK = "answer", "another_task"
INTERRUPTS_AT = 0.6
"""Inside a form a less certain guess is an answer to the form's question."""
INTERRUPTS_FREE_TEXT_AT = 0.85
"""Where the form asks for words of the customer's own, only a very sure question is not that."""

_DIALOGUE = {"greet", "goodbye", "thank", "help", "bot_challenge", "cancel"}
_YES_OR_NO = {"affirm", "deny"}


def what_it_is_in_a_form(intent: str, confidence: float, entities: set[str], form: Form) -> str:
    """The intent that a guess stands for while `form` waits: itself, `answer` or `another_task`."""
    if intent == "cancel" and confidence >= INTERRUPTS_AT:
        return intent
    if intent in _YES_OR_NO and form.asks_yes_or_no and not entities & form.entities:
        return intent
    question = intent == "faq" or intent.startswith("show_") or intent in _DIALOGUE
    if form.asks_free_text:
        return intent if intent == "faq" and confidence >= INTERRUPTS_FREE_TEXT_AT else ANSWER
    if confidence < INTERRUPTS_AT or intent in {"out_of_scope", *_YES_OR_NO}:
        return ANSWER
    if question:
        return intent
    if entities & form.entities or intent == form.task:
        return ANSWER if entities & form.entities else intent
    return ANOTHER_TASK


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
        data: dict[str, Any] = await super().parse_message(message, tracker, only_output_properties)
        if tracker is not None:
            self._keep_a_language(data, tracker, message)
            self._inside_a_form(data, tracker)
        return data

    def _inside_a_form(self, data: dict[str, Any], tracker: DialogueStateTracker) -> None:
        if not tracker.active_loop_name:
            return
        form = Form(self.domain, tracker.active_loop_name, tracker.get_slot("requested_slot"))
        entities = {entity["entity"] for entity in data["entities"]}
        guess, confidence = data["intent"]["name"], data["intent"]["confidence"]
        data["intent"] = {"name": what_it_is_in_a_form(guess, confidence, entities, form), "confidence": confidence}

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
        parsed = YAMLStoryReader.unpack_regex_message(Message({TEXT: button["payload"]}), self.domain, "button")
        data = parsed.as_dict()
        return {"intent": data["intent"], "entities": data["entities"], "text": button["title"]}

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
