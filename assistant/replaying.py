"""Saying an answer again: the same action on a reading of the past, with the texts of then, outside any dialogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa.core.actions.action import create_bot_utterance
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa_sdk import Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from assistant.content.weave import Responses, saying
from assistant.messages import Message, Reply


class Replaying:
    """The actions of a package that say figures (`retell`), found by their names."""

    def __init__(self, package: str = "actions") -> None:
        executor = ActionExecutor()
        executor.register_package(package)
        self._actions = {name: run.__self__ for name, run in executor.actions.items() if hasattr(run, "__self__")}

    def say(
        self,
        reading: Any,
        *,
        action: str,
        topic: str,
        language: str,
        asked: Mapping[str, Any],
        responses: Responses,
        message_id: str = "",
    ) -> list[Message]:
        """The messages, as a turn would give them.

        Raises:
            LookupError: there is no such action any more.
        """
        found: Any = self._actions.get(action)
        if not hasattr(found, "retell"):
            raise LookupError(action)
        entities = [{"entity": name, "value": value} for name, value in asked.items()]
        slots = {"language": language}
        tracker = Tracker("replay", slots, {"entities": entities}, [], False, None, {}, None)
        dispatcher = CollectingDispatcher()
        with saying(responses):
            found.retell(reading, dispatcher, tracker, found.texts(tracker))
        reply, nlg = Reply(message_id, language), TemplatedNaturalLanguageGenerator(responses)
        return [_said(nlg, reply, topic, slots, dict(each)) for each in dispatcher.messages]


def _said(
    nlg: TemplatedNaturalLanguageGenerator, reply: Reply, topic: str, slots: dict[str, Any], given: dict[str, Any]
) -> Message:
    """A dispatched response with its values, put into words as Rasa does in a turn."""
    name = given.pop("response")
    draft = nlg.generate_from_slots(name, slots, "gateway", **given) or {}
    buttons = given.pop("buttons", []) or []
    draft.update({key: value for key, value in given.items() if value})
    if buttons:
        draft["buttons"] = [*draft.get("buttons", []), *buttons]
    uttered = create_bot_utterance({**draft, "utter_action": name})
    return reply.next(topic, uttered.text, uttered.data, uttered.metadata)
