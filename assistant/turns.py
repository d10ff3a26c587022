"""What a turn is here and what Rasa has no setting for.

1. Inside a form a message is an answer, a question, or another task (`assistant.in_forms`).
2. Outside, it may go on with the last question (`followups`, `supposing`), be two (`parts`), or need asking
   back (`unsure`).
3. A typed `/intent{...}` is text. Buttons come back as the number of a button that was really shown.
4. An action that fails fails the turn: Rasa would log it, forget the action and keep the rest.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from assistant import parts
from assistant.asides import LANGUAGES_OFFERED, say_first, say_last
from assistant.asking import is_put_as_question
from assistant.buttons import buttons_shown, pressed, topic_data
from assistant.confirmations import confirms
from assistant.doubts import DOUBT, outcome_of
from assistant.errors import TurnFailed
from assistant.followups import follow_up, with_its_values
from assistant.in_forms import ANOTHER_TASK, Form, what_it_is_in_a_form
from assistant.nlu.language import ANOTHER
from assistant.nlu.topics import OUT_OF_SCOPE, TOPIC
from assistant.supposing import goes_on
from assistant.understood import SUPPOSED, WHAT_IF, Guess, is_task, values_of
from assistant.unsure import CHOICES, UNSURE, two_likely

TERMINAL = "cmdline"
"""The channel of `rasa shell`: a developer's own terminal, the only place where a typed `/intent` is obeyed."""

REST = "rest"
"""In the data of a message that was two: what the second half was understood as."""

_COMMAND = re.compile(r"\s*/\w+\s*[({].*|\s*/\w+\s*", re.DOTALL)
"""What looks like an instruction to a bot: no customer writes so, and nothing in it is taken as a wish."""


class TurnProcessor(MessageProcessor):
    """Rasa's processor with the rules above."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._read_slash_as_text()

    def _read_slash_as_text(self) -> None:
        """Every NLU graph of Rasa ends in the node that obeys `/intent{...}`: stop at the one before it."""
        meta = self.model_metadata
        if meta.nlu_target == "run_RegexMessageHandler":
            meta.nlu_target = meta.predict_schema.nodes[meta.nlu_target].needs["messages"]

    async def handle_message(self, message: UserMessage) -> list[dict[str, Any]] | None:
        """What `rasa shell` calls: the messages that its channel collected."""
        await self.handle(message)
        channel = message.output_channel
        return channel.messages if isinstance(channel, CollectingOutputChannel) else None

    async def handle(self, message: UserMessage) -> DialogueStateTracker:
        """Answer a message; the conversation afterwards, as it was stored.

        Rasa's own reads the conversation anew for whoever wants to see it. One that holds the message already is
        given back as it is: the message is not run again.
        """
        tracker = await self.get_tracker(message.sender_id)
        if not any(type(e) is UserUttered and e.message_id == message.message_id for e in tracker.events):
            await self._update_tracker_session(tracker, message.output_channel, message.metadata)
            await self._handle_message_with_tracker(message, tracker)
            await self.run_action_extract_slots(message.output_channel, tracker)
            await self._run_prediction_loop(message.output_channel, tracker)
            await self.save_tracker(tracker)
        return tracker

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
        elif tracker is not None and not tracker.active_loop_name:
            data = await self._outside_a_form(data, tracker, message)
        if tracker is not None:
            self._keep_a_language(data, tracker, message)
            self._inside_a_form(data, tracker, message)
        return data

    async def _outside_a_form(
        self, data: dict[str, Any], tracker: DialogueStateTracker, message: UserMessage
    ) -> dict[str, Any]:
        """The same data where the message stands for itself."""
        last = tracker.latest_message
        if last is not None and last.intent_name == UNSURE and data["intent"]["name"] == "deny":
            _become(data, OUT_OF_SCOPE)  # neither of the two
            return data
        supposed = goes_on(message.text or "", _today(message), Guess.of(data), tracker.events)
        if supposed is not None:
            data["entities"] = [*_language_of(data), *_entities({SUPPOSED: supposed})]
            _become(data, WHAT_IF)
            return data
        followed = follow_up(message.text or "", _today(message), values_of(data), tracker.events)
        if followed is not None:
            data["entities"] = [*_language_of(data), *_entities(followed.values)]
            _become(data, followed.topic or UNSURE, followed.choices)
            return data
        halves = await self._halves(data, message)
        if halves is not None:
            return halves
        choices = two_likely(data["intent_ranking"], values_of(data))
        outcome = outcome_of(data, choices, last)
        if outcome:
            data[DOUBT] = outcome
        if choices:
            _become(data, UNSURE, choices)
        _tell_of_its_values(data)
        return data

    async def _halves(self, data: dict[str, Any], message: UserMessage) -> dict[str, Any] | None:
        """The half to answer first, which holds the other; None where the message is one."""
        whole, found = Guess.of(data), []
        for texts in parts.places(message.text or ""):
            both = [await super(TurnProcessor, self).parse_message(_part(message, text)) for text in texts]
            guesses = [Guess.of(each) for each in both]
            one = parts.in_one_sentence(message.text or "", texts[0])
            if parts.are_two(whole, *guesses, one_sentence=one):
                found.append((min(guess.confidence for guess in guesses), both))
        if not found:
            return None
        both = max(found, key=lambda each: each[0])[1]
        for each in both:  # "my usage and my spend per service last month": a period stands for both
            for_both = {name: value for name, value in values_of(data).items() if name == "period"}
            each["entities"] = [*_language_of(data), *_entities(for_both | values_of(each))]
            _tell_of_its_values(each)
        tasks = [is_task(Guess.of(each).topic) for each in both]
        if all(tasks):  # the first begins, the second waits
            both[1]["intent"]["name"] = ANOTHER_TASK
        first, second = both[::-1] if tasks[0] else both  # a question is answered before a form begins
        for each in both:
            each |= {ANOTHER: data.get(ANOTHER, False)}  # one half may be too short to tell
        return {**first, REST: second}

    def _inside_a_form(self, data: dict[str, Any], tracker: DialogueStateTracker, message: UserMessage) -> None:
        if not tracker.active_loop_name:
            return
        form = Form(self.domain, tracker.active_loop_name, tracker.get_slot("requested_slot"))
        text = message.text or ""
        data["intent"]["name"] = what_it_is_in_a_form(
            Guess.of(data),
            form,
            confirmed=confirms(text) and _has_seen(message, tracker),
            question=is_put_as_question(text),
        )

    def _keep_a_language(self, data: dict[str, Any], tracker: DialogueStateTracker, message: UserMessage) -> None:
        """At the start, a message too short to tell is answered in the language that the caller's page speaks.

        Who was offered the languages and writes on in another one is answered as before: it may be their choice.
        """
        if data.get(ANOTHER) and tracker.get_slot(LANGUAGES_OFFERED):
            data["entities"] = [entity for entity in data["entities"] if entity["entity"] != "language"]
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
        data = YAMLStoryReader.unpack_regex_message(Message({TEXT: payload}), entity_extractor_name="button").as_dict()
        return topic_data(data["intent"]["name"], data["entities"], text)

    async def _run_prediction_loop(self, output_channel: Any, tracker: DialogueStateTracker) -> None:
        await say_first(self, output_channel, tracker)
        await super()._run_prediction_loop(output_channel, tracker)
        said = tracker.latest_message
        rest = said.parse_data.get(REST) if said is not None else None
        if said is not None and rest is not None:
            tracker.update(
                UserUttered(
                    rest["text"], rest["intent"], rest["entities"], rest,
                    input_channel=said.input_channel, message_id=said.message_id, metadata=said.metadata,
                ),
                self.domain,
            )  # fmt: skip
            await self.run_action_extract_slots(output_channel, tracker)
            await super()._run_prediction_loop(output_channel, tracker)
        await say_last(self, output_channel, tracker)

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
    data["entities"] = _language_of(data)
    _become(data, OUT_OF_SCOPE)


def _become(data: dict[str, Any], intent: str, choices: list[str] | None = None) -> None:
    """Let the message be of that topic, or be asked back about: then it is of none."""
    data["intent"] = {"name": intent, "confidence": 1.0}
    data[TOPIC] = {"name": OUT_OF_SCOPE if intent == UNSURE else intent, "confidence": 1.0}
    data.pop("response_selector", None)
    if choices:
        data[CHOICES] = choices


def _tell_of_its_values(data: dict[str, Any]) -> None:
    topic = with_its_values(data[TOPIC]["name"], values_of(data))
    if topic != data[TOPIC]["name"]:
        _become(data, topic)


def _language_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [entity for entity in data["entities"] if entity["entity"] == "language"]


def _entities(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"entity": name, "value": value, "start": 0, "end": 0} for name, value in values.items()]


def _part(message: UserMessage, text: str) -> UserMessage:
    return UserMessage(text, sender_id=message.sender_id, metadata=message.metadata)


def _today(message: UserMessage) -> date:
    today = (message.metadata or {}).get("today")
    return date.fromisoformat(today) if today else datetime.now().astimezone().date()
