"""what_if: how the next days would go with changes, reckoned on a copy. Nothing is done; buttons offer to do it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter, ValidationError
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import what_if_texts
from actions.base import STOP, AccountAction, Events, card, latest_entity, refuse, say
from actions.catalogue import plan_names
from actions.texts import Texts
from actions.what_if_asking import Asking, Told
from assistant.nlu.slots.changes import missing
from assistant.understood import SUPPOSED
from billing.api import Change, WhatIf
from billing.errors import AmountTooLarge, AmountTooSmall, BillingError, CurrencyMismatch, PeriodInvalid, PlanUnchanged

_CHANGE: TypeAdapter[Change] = TypeAdapter(Change)
_DAYS, _LONGEST, _AFTERWARDS = 90, 365, 30
_ASKED_AGAIN = {AmountTooSmall: "amount", AmountTooLarge: "amount", PlanUnchanged: "plan"}
"""What is asked for again after a refusal."""


class ActionWhatIf(AccountAction):
    """Says what the changes would cost more or less; asks for what is missing; says why one cannot be made."""

    def name(self) -> str:
        return "action_what_if"

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        supposed = latest_entity(tracker, SUPPOSED) or {"changes": [], "days": None}
        days, asking = supposed["days"], Asking(self.billing, account, dispatcher, texts)
        told = [self._with_the_present_plan(account, change) for change in supposed["changes"]]
        lacking = next((at for at, change in enumerate(told) if missing(change)), None)
        if lacking is not None:
            asking.ask(told, lacking, days)
        elif not told:
            asking.ask_for_changes(days)
        else:
            return self._reckon(account, told, days, dispatcher, texts, asking)
        return None

    def _with_the_present_plan(self, account: str, change: Told) -> Told:
        """What is by the year without a name is the plan that there is; without one it is asked for."""
        if change["kind"] != "plan" or "plan" in change:
            return change
        present = self.billing.plan(account) if "interval" in change else None
        return change | {"plan": present.plan} if present else change

    def _reckon(
        self,
        account: str,
        told: list[Told],
        days: int | None,
        dispatcher: CollectingDispatcher,
        texts: Texts,
        asking: Asking,
    ) -> Events | None:
        try:
            found = self._what_if(account, told, days)
        except PeriodInvalid:
            say(dispatcher, "utter_what_if_out_of_reach", days=texts.number(_LONGEST))
            return [STOP]
        except tuple(_ASKED_AGAIN) as error:
            refuse(dispatcher, texts, error)
            name = _ASKED_AGAIN[type(error)]
            at = next(at for at, change in enumerate(told) if name in change)
            without = {key: value for key, value in told[at].items() if key not in {name, "interval"}}
            asking.ask([*told[:at], without, *told[at + 1 :]], at, days)
            return [STOP]
        response, values = what_if_texts.answer(self.billing, account, found, texts)
        say(dispatcher, response, card("what_if", found), buttons=list(self._to_do(account, told, texts)), **values)
        return None

    def _what_if(self, account: str, told: list[Told], days: int | None) -> WhatIf:
        of = self.billing.account(account)
        changes = []
        for change in told:
            if change.get("currency") not in {None, of.currency}:
                raise CurrencyMismatch(of.currency, change["currency"])
            try:
                said = {name: value for name, value in change.items() if name not in {"currency", "direction"}}
                changes.append(_CHANGE.validate_python(said))
            except ValidationError as error:  # a hundredfold, a sum of twenty digits
                raise PeriodInvalid(str(change)) from error
        return self.billing.what_if(account, changes, days or self._days(account, changes))

    def _days(self, account: str, changes: list[Change]) -> int:
        """Far enough to see what comes of the last change."""
        today = self.billing.balance(account).as_of.date()
        last = max((change.on for change in changes if change.on), default=today)
        return min(max(_DAYS, (last - today).days + _AFTERWARDS), _LONGEST)

    def _to_do(self, account: str, told: list[Told], texts: Texts) -> Iterator[dict[str, str]]:
        """Buttons to really do it, which then asks for a yes as always."""
        for change in told:
            if change["kind"] == "top_up":
                yield _button(texts.term("title_recharge"), "recharge", {"amount": change["amount"]})
            elif change["kind"] == "plan" and self._can_change(account, change):
                name = plan_names(self.billing, account, texts)[change["plan"]]
                yield _button(texts.term("what_if_do_plan", plan=name), "change_plan", {"plan": change["plan"]})

    def _can_change(self, account: str, change: Told) -> bool:
        present = self.billing.plan(account)
        if present is None or change.get("interval") not in {None, present.interval}:
            return False  # who has none is sold one by people; the form changes at the present interval
        try:
            self.billing.plan_change_terms(account, change["plan"])
        except BillingError:
            return False
        return True


def _button(title: str, topic: str, values: dict[str, Any]) -> dict[str, str]:
    return {"title": title, "payload": f"/{topic}{json.dumps(values)}"}
