"""explain: how the figures of the last answer are made up, a step further down each time (docs/traced-answers.md).

What was answered last is known by the trace that its message carries (`actions.base.FiguresAction`): the conversation
keeps it, as the assistant said it. So an explanation is of then, and of nobody else's account.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ANSWER, AccountAction, Events, keep, latest_entity, say
from actions.catalogue import service_names
from actions.choices import topic_button
from actions.explain_lines import Lines
from actions.texts import Texts
from billing.api import EXPLAINED, Explaining, Reading, Trace

_ASKABLE = ("show_balance", "show_usage", "show_forecast")
"""What is offered where there is nothing to explain."""


class ActionExplain(AccountAction):
    """First the formulas, then the entries that they sum, then the uses behind those, and then that this is all."""

    def name(self) -> str:
        return "action_explain"

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        asked = _asked(account, tracker.events)
        if asked is None:
            buttons = [topic_button(texts, topic) for topic in _ASKABLE]
            say(dispatcher, "utter_explain_nothing", buttons=buttons)
            return None
        with self.billing.reading(account) as reading:
            self._explain(asked, reading, dispatcher, texts)
        return None

    def retell(self, reading: Reading, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> None:
        """Explain again what was asked then."""
        asked = Explaining.model_validate(latest_entity(tracker, EXPLAINED))
        self._explain(asked, reading, dispatcher, texts)

    def _explain(self, asked: Explaining, reading: Reading, dispatcher: CollectingDispatcher, texts: Texts) -> None:
        explained = reading.explained(asked.trace)
        names = service_names(reading, texts)
        lines = Lines(explained, names, texts)
        steps = lines.steps()
        if asked.step > len(steps):
            say(dispatcher, "utter_explain_end")
            return
        step = steps[asked.step - 1]
        further = steps[asked.step : asked.step + 1]
        say(
            dispatcher,
            f"utter_explain_{step}",
            _card(asked, lines, names),
            buttons=[{"title": texts.term(f"explain_show_{each}"), "payload": "/explain"} for each in further],
            lines="\n".join(lines.of(step)),
            as_of=texts.day(explained.as_of),
        )
        trace = reading.trace(
            topic="explain",
            action=self.name(),
            language=texts.language,
            asked={EXPLAINED: asked.model_dump(mode="json")},
        )
        keep(trace, dispatcher.messages[-1:])


def _asked(account: str, events: Iterable[dict[str, Any]]) -> Explaining | None:
    """The last answer with figures of the account's and the next step down; None where there is none."""
    found = None
    said = ""
    for event in events:
        if event["event"] == "user":
            said = event.get("message_id") or ""
        trace = ((event.get("data") or {}).get("custom") or {}).get(ANSWER) if event["event"] == "bot" else None
        if trace is not None:
            found = said, trace
    if found is None:
        return None
    answer, trace = found[0], Trace.model_validate(found[1])
    before = trace.explaining
    asked = Explaining(answer=answer, step=1, trace=trace) if before is None else before.further()
    return asked if asked.trace.account == account and asked.trace.figures else None


def _card(asked: Explaining, lines: Lines, names: dict[str, str]) -> dict[str, Any]:
    """The figures in words; what each came from, the widget fetches by the answer's id."""
    figures = [
        {"formula": figure.formula, "of": figure.of, "words": words, "deeper": lines.goes_deeper(figure)}
        for figure, words in lines.formulas()
    ]
    return {
        "kind": "explanation",
        "answer": asked.answer,
        "step": asked.step,
        "figures": figures,
        "service_names": names,
    }
