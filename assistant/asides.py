"""What is said around the answer of a turn: an action's messages, without the dialogue noticing.

The rules predict as though the action had not run: of its events only what it says and the slots it sets are kept.
"""

from __future__ import annotations

from typing import Any

from rasa.core.actions.action import action_for_name_or_text
from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.errors import TurnFailed
from assistant.nlu.language import ANOTHER

OPENING = "action_open_conversation"
"""Run before the first answer of a conversation, where the domain names it."""
AFTERWARDS = "action_offer_later"
"""Run after a turn that left no form open, while the slot `later` holds something."""
LATER = "later"
CARD_NUMBER = "action_warn_of_card_number"
"""Run before the answer to a message whose metadata say that the number of a card was concealed in it."""
CONCEALED = "card_number_concealed"
LANGUAGES = "action_offer_languages"
"""Run once a conversation, after a message in a language that is not answered in; the slot says that it was."""
LANGUAGES_OFFERED = "languages_offered"


async def say_first(processor: MessageProcessor, channel: Any, tracker: DialogueStateTracker) -> None:
    """On the first message of a conversation what the opening action says; and never to send card numbers, after one.

    Both in the language just found.

    Raises:
        TurnFailed: the action failed; nothing was kept.
    """
    if sum(type(event) is UserUttered for event in tracker.events) == 1:
        await _aside(OPENING, processor, channel, tracker)
    message = tracker.latest_message
    if message is not None and (message.metadata or {}).get(CONCEALED):
        await _aside(CARD_NUMBER, processor, channel, tracker)


async def say_last(processor: MessageProcessor, channel: Any, tracker: DialogueStateTracker) -> None:
    """After the answer: tasks that were put off, once no form is open; the languages to be answered in, once.

    Raises:
        TurnFailed: an action failed; nothing was kept.
    """
    if not tracker.active_loop_name and tracker.get_slot(LATER):
        await _aside(AFTERWARDS, processor, channel, tracker)
    message = tracker.latest_message
    if message is not None and message.parse_data.get(ANOTHER) and not tracker.get_slot(LANGUAGES_OFFERED):
        await _aside(LANGUAGES, processor, channel, tracker)


async def _aside(name: str, processor: MessageProcessor, channel: Any, tracker: DialogueStateTracker) -> None:
    if processor.action_endpoint is None or name not in processor.domain.user_actions:
        return
    action = action_for_name_or_text(name, processor.domain, processor.action_endpoint)
    try:
        events = await action.run(channel, processor.nlg, tracker, processor.domain)
    except Exception as error:
        raise TurnFailed(f"action {name} failed") from error
    kept = [event for event in events if isinstance(event, BotUttered | SlotSet)]
    tracker.update_with_events(kept, processor.domain)
    await processor.execute_side_effects(kept, tracker, channel)
