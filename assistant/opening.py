"""What is said before the first answer of a conversation: an action's messages, without the dialogue noticing."""

from __future__ import annotations

from typing import Any

from rasa.core.actions.action import action_for_name_or_text
from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.errors import TurnFailed

OPENING = "action_open_conversation"
"""Run where the domain names it. Only what it says is kept: the rules predict as though it had not run."""


async def say_first(processor: MessageProcessor, channel: Any, tracker: DialogueStateTracker) -> None:
    """On the first message of a conversation, what the opening action says, in the language just found.

    Raises:
        TurnFailed: the action failed; nothing was kept.
    """
    asked = processor.action_endpoint is not None and OPENING in processor.domain.user_actions
    if not asked or not _is_first(tracker):
        return
    action = action_for_name_or_text(OPENING, processor.domain, processor.action_endpoint)
    try:
        events = await action.run(channel, processor.nlg, tracker, processor.domain)
    except Exception as error:
        raise TurnFailed(f"action {OPENING} failed") from error
    said = [event for event in events if isinstance(event, BotUttered)]
    tracker.update_with_events(said, processor.domain)
    await processor.execute_side_effects(said, tracker, channel)


def _is_first(tracker: DialogueStateTracker) -> bool:
    return sum(isinstance(event, UserUttered) for event in tracker.events) == 1
