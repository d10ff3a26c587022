"""Offers, and what is done to plans: on terms, once per key."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import multiple, precondition, rule

from billing.errors import BillingError
from tests.builders.life import do, terms
from tests.integration.billing.engine.base import Done, EngineBase, accounts, fault
from tests.integration.billing.engine.model.plans import Period
from tests.integration.billing.engine.model.sold import refuse

plans = st.sampled_from(["starter", "renderer"])
intervals = st.sampled_from(["monthly", "yearly"])
OFFER = {
    "plan": plans,
    "interval": intervals,
    "option": st.sampled_from(["full_upfront", "partial_upfront", "pay_later"]),
    "method": st.sampled_from([None, "card", "bank_transfer"]),
    "services": st.sampled_from([None, None, ["gpu_container"], ["bot_session", "inference"]]),
    "days": st.sampled_from([None, None, None, None, -3, 1, 14, 40, 70]),
}
offers = st.fixed_dictionaries(OFFER)


def has_a_plan(engine: EngineBase) -> bool:
    """Else all would be refused alike."""
    return any(account.life.agreed for account in engine.world.accounts.values())


def has_an_offer(engine: EngineBase) -> bool:
    return any(account.life.offers for account in engine.world.accounts.values())


class PlanRules(EngineBase):
    @rule(target=EngineBase.done, account=accounts, offer=offers, fault=fault)
    def prepare(self, account, offer, fault):
        did = self._offer(account, offer, None, fault)
        return did if did is not None else multiple()

    @precondition(has_an_offer)
    @rule(data=st.data(), offer=offers, fault=fault)
    def change_an_offer(self, data, offer, fault):
        account, number = self._draw_offer(data)
        self._offer(account, offer, number, fault)

    @precondition(has_an_offer)
    @rule(data=st.data(), fault=fault, by_customer=st.booleans())
    def take_an_offer_back(self, data, fault, by_customer):
        account, number = self._draw_offer(data)
        row = self._row(account, number)
        noted, _ = self.attempt(
            lambda: self.of(account).take_back(self._row(account, number)),
            lambda: (self.billing.decline_plan if by_customer else self.billing.withdraw_offer)(account, number),
            fault,
            again="same" if by_customer else "offer_not_found",
        )
        if noted:
            note = self.billing.credit_notes(account)[0].number
            row.invoice.notes.append(note)
            self.audited("invoice.credit", note)
        self.audited("plan.decline" if by_customer else "plan.withdraw_offer", account)

    @precondition(has_an_offer)
    @rule(target=EngineBase.done, data=st.data(), fault=fault)
    def confirm(self, data, fault):
        return self._confirm(*self._draw_offer(data), fault)

    @rule(target=EngineBase.done, account=accounts, offer=offers, fault=fault)
    def subscribe(self, account, offer, fault):
        did = self._offer(account, offer, None, None)
        return multiple() if did is None else self._confirm(account, did.told.number, fault)

    @precondition(has_a_plan)
    @rule(
        target=EngineBase.done,
        data=st.data(),
        action=st.sampled_from(["pause", "resume", "cancel", "undo"]),
        fault=fault,
    )
    def act(self, data, action, fault):
        account = self._draw_customer(data)
        done = self._act(account, action, (), lambda: getattr(self.of(account).life, action)(self.now), fault)
        self.nothing_was_posted()
        return done

    @precondition(has_a_plan)
    @rule(target=EngineBase.done, data=st.data(), fault=fault)
    def renew(self, data, fault):
        account = self._draw_customer(data)
        return self._act(account, "renew", (), lambda: self.of(account).renew(self.world.shop, self.now), fault)

    @precondition(has_a_plan)
    @rule(target=EngineBase.done, data=st.data(), plan=plans, interval=st.none() | intervals, fault=fault)
    def change(self, data, plan, interval, fault):
        account = self._draw_customer(data)
        given = (plan,) if interval is None else (plan, interval)
        return self._act(
            account, "change", given, lambda: self.of(account).change(self.world.shop, plan, interval, self.now), fault
        )

    def _row(self, account: str, number: str) -> Period:
        return next(row for row in self.of(account).life.rows if row.number == number)

    def _draw_customer(self, data) -> str:
        return data.draw(st.sampled_from([name for name, a in self.world.accounts.items() if a.life.agreed]))

    def _draw_offer(self, data) -> tuple[str, str]:
        waiting = [(a.name, row.number) for a in self.world.accounts.values() for row in a.life.offers]
        return data.draw(st.sampled_from(waiting))

    def _offer(self, account, offer, replaces, fault):
        key, now = self.key(), self.now
        starts_at = None if offer["days"] is None else now + timedelta(days=offer["days"])
        interval, option, method, services = (offer[name] for name in ("interval", "option", "method", "services"))

        def expect() -> Period:
            life = self.of(account).life
            row = life.draft(self.world.shop, offer["plan"], interval, option, method, services, now)
            row.anchor = starts_at or now
            row.valid_until = datetime.combine(row.day(now) + timedelta(days=31), time.min, row.zone)
            if replaces is None:
                life.rows.append(row)
            else:
                before = self._row(account, replaces)
                refuse(before.accepted is not None, "offer_awaits_payment")
                row.order, row.number = before.order, before.number
                life.rows[life.rows.index(before)] = row
            return row

        def prepare(starts_at=starts_at):
            return self.billing.prepare_plan(
                account,
                offer["plan"],
                interval,
                starts_at=starts_at,
                payment_option=option,
                payment_method=method,
                services=services,
                key=key,
                replaces=replaces,
            )

        did = self.attempt(expect, prepare, fault)
        if did is None:
            return None
        did[0].number = did[1].number
        self.audited("plan.prepare" if replaces is None else "plan.change_offer", account)
        other = now + timedelta(days=99)
        return Done(prepare, did[1], other=lambda: prepare(other), code="plan_key_reused")

    def _confirm(self, account, number, fault):
        def expect() -> Period:
            return self.of(account).confirm(self._row(account, number), self.now)

        return self._act(account, "confirm", (number,), expect, fault)

    def _act(self, account, action, given, expect, fault):
        """Look at the terms, then do it on exactly those; the terms refuse what doing it would."""
        key = self.key()
        try:
            checksum = terms(self.billing, account, action, *given).checksum
        except BillingError:
            self.attempt(expect, lambda: terms(self.billing, account, action, *given))
            return multiple()

        def act(checksum=checksum):
            return do(self.billing, account, action, *given, checksum=checksum, by=key)

        did = self.attempt(expect, act, fault)
        if did is None:
            return multiple()
        row, receipt = did
        if action in {"renew", "change"}:
            row.number = receipt.number
        self.audited(f"plan.{action}", account)
        return Done(act, receipt, other=lambda: act("0" * 32), code="plan_key_reused")
