"""What a what-if lacks is asked for, with buttons for common answers: each holds all that was said already."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from rasa_sdk.executor import CollectingDispatcher

from actions import plan
from actions.base import say
from actions.texts import Texts
from assistant.nlu.slots.changes import missing
from assistant.understood import SUPPOSED
from billing.api import Billing

Told = dict[str, Any]
"""A change as the customer's words gave it (`assistant.nlu.slots.changes`)."""

_FACTORS = {
    "up": (("up", 10, "1.1"), ("up", 30, "1.3"), ("times", 2, "2")),
    "down": (("down", 10, "0.9"), ("down", 30, "0.7"), ("down", 50, "0.5")),
}
_AMOUNTS = (1, 4, 10)
"""Times the least top-up: what is offered where no amount was named."""


class Choice(NamedTuple):
    """A common answer: what its button says, and what it adds to the change."""

    title: str
    said: Told


class Asking:
    """Asks one customer, in one language."""

    def __init__(self, billing: Billing, account: str, dispatcher: CollectingDispatcher, texts: Texts) -> None:
        self._billing, self._account, self._dispatcher, self._texts = billing, account, dispatcher, texts

    def ask(self, told: list[Told], at: int, days: int | None) -> None:
        """For what the change at that place lacks."""
        lacking = told[at]
        choices: dict[str | None, Callable[[], Iterator[Choice]]] = {
            "factor": lambda: self._factors(lacking.get("direction", "up")),
            "plan": self._plans,
            "amount": self._amounts,
        }
        name = missing(lacking)
        buttons = [
            self._button(choice.title, [*told[:at], lacking | choice.said, *told[at + 1 :]], days)
            for choice in choices[name]()
        ]
        say(self._dispatcher, f"utter_what_if_ask_{name}", buttons=buttons)

    def ask_for_changes(self, days: int | None) -> None:
        """Where nothing was supposed that is understood: one of each kind."""
        offered = [
            *((choice.title, {"kind": "traffic"} | choice.said) for choice in list(self._factors("up"))[1:]),
            *(
                (self._texts.term("what_if_to_plan", plan=c.title), {"kind": "plan"} | c.said)
                for c in list(self._plans())[:1]
            ),
            *(
                (self._texts.term("what_if_top_up", amount=c.title), {"kind": "top_up"} | c.said)
                for c in list(self._amounts())[1:2]
            ),
        ]
        buttons = [self._button(title, [change], days) for title, change in offered]
        say(self._dispatcher, "utter_what_if_ask_changes", buttons=buttons)

    def _factors(self, direction: str) -> Iterator[Choice]:
        for way, number, factor in _FACTORS[direction]:
            yield Choice(
                self._texts.term(f"what_if_traffic_{way}", number=self._texts.number(number)), {"factor": factor}
            )

    def _plans(self) -> Iterator[Choice]:
        for offer in plan.choices(self._billing, self._account):
            yield Choice(self._texts.name(offer.names), {"plan": offer.plan})

    def _amounts(self) -> Iterator[Choice]:
        least = self._billing.top_up_limits(self._account).minimum
        for factor in _AMOUNTS:
            amount = least.times(factor)
            yield Choice(self._texts.money(amount), {"amount": amount.plain()})

    def _button(self, title: str, changes: list[Told], days: int | None) -> dict[str, str]:
        return {"title": title, "payload": f"/what_if{json.dumps({SUPPOSED: {'changes': changes, 'days': days}})}"}
