"""A second task inside a form: put off, and offered once no form is open."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import plan_terms
from actions.base import BillingAction, Events, say
from actions.choices import named_values, topic_button
from actions.texts import Texts

LATER = "later"
"""The slot of what was put off: topics with the values that were named for each, oldest first."""
_MOST = 3


class ActionPutOff(BillingAction):
    """Says that the task comes afterwards, and remembers it."""

    def name(self) -> str:
        return "action_put_off"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        topic = tracker.latest_message["topic"]["name"]
        if topic == _under_way(tracker):
            return None  # the form asks again
        others = [task for task in tracker.get_slot(LATER) or [] if task["topic"] != topic]
        say(dispatcher, "utter_finish_first", task=texts.title(topic))
        return [SlotSet(LATER, [*others, {"topic": topic, "values": named_values(tracker)}][-_MOST:])]


def _under_way(tracker: Tracker) -> str | None:
    """The topic of the open form, where one form serves several."""
    form = tracker.active_loop.get("name")
    if form == "request_form":
        return tracker.get_slot("request_topic")
    if form == "plan_form":
        action = tracker.get_slot("plan_action")
        return next((topic for topic, of_topic in plan_terms.ACTIONS.items() if of_topic == action), None)
    return None


class ActionOfferLater(BillingAction):
    """Offers what was put off, each as a button, once."""

    def name(self) -> str:
        return "action_offer_later"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        tasks = tracker.get_slot(LATER) or []
        say(dispatcher, "utter_offer_later", buttons=[topic_button(texts, t["topic"], t["values"]) for t in tasks])
        return [SlotSet(LATER, None)]
