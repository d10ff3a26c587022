"""An account: what its plans, its credit and its invoices do together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tests.integration.billing.engine.model.credits import LATE, Code, Credits, coin, pay_by_card
from tests.integration.billing.engine.model.invoices import Invoice, Line
from tests.integration.billing.engine.model.plans import Life, Period, place_after
from tests.integration.billing.engine.model.sold import Refused, Shop, refuse

QUARTER = 15 * 60
UNIT = Fraction(1, 10**8)
"""The finest part of a major unit that is kept."""


def sessions(seconds: int, human: int) -> int:
    return -(-(seconds - human) // QUARTER) if seconds else 1


@dataclass(eq=False)
class Conversation:
    account: str
    started: datetime | None = None
    ended: datetime | None = None
    human: int = 0


class Account:
    def __init__(self, name: str, currency: str, zone: str) -> None:
        self.name, self.currency, self.zone = name, currency, ZoneInfo(zone)
        self.credits, self.life = Credits(currency), Life(currency, self.zone)
        self.support = "basic"

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    @property
    def invoices(self) -> list[Invoice]:
        return [row.invoice for row in [*self.life.rows, *self.life.withdrawn] if row.invoice is not None]

    def use(self, shop: Shop, service: str, quantity: Fraction, at: datetime, now: datetime) -> None:
        """The plan in force then, vouchers, top-up credit, what is owed."""
        refuse(at > now, "usage_in_future")
        refuse(at < now - LATE, "usage_too_old")
        on_demand = shop.rate(service, self.currency, at)
        plan = self.life.in_force(at)
        if plan is not None and plan.covers(service) and quantity:
            quantity -= plan.charge(service, quantity, on_demand, at)
        self.credits.pay(quantity * on_demand, service, at)

    # what is done to plans

    def confirm(self, offer: Period, now: datetime) -> Period:
        refuse(offer.accepted is not None, "offer_awaits_payment")
        refuse(offer.expired(now), "offer_expired")
        if offer.method == "bank_transfer" and offer.asked:
            offer.accepted = now
            self.issue(offer, now)
            return offer
        self.life.confirm(offer, now)
        return self._begun(offer, now)

    def settled(self, row: Period, now: datetime) -> bool:
        """After a payment or a credit note: whether a plan that waited for it begins."""
        begins = row.accepted is not None and row.confirmed is None and row.is_paid
        if begins:
            self.life.confirm(row, now)
        return begins

    def take_back(self, offer: Period) -> bool:
        """An offer that has not begun; whether its invoice was taken back by a credit note."""
        self.life.withdraw(offer)
        noted = offer.accepted is not None and offer.invoice.noted < offer.invoice.total
        if noted:
            self.credits.top_up += offer.invoice.credit(None, None)
        return noted

    def renew(self, shop: Shop, now: datetime) -> Period:
        row = self.life.latest(now)
        refuse(row.cancelled and now < row.end, "plan_cancelled")
        self.life.refuse_followed(row, now)
        new = self.life.draft(shop, row.plan, row.interval, row.option, row.method, row.services, now)
        return self._next(new, row, now)

    def change(self, shop: Shop, plan: str, interval: str | None, now: datetime) -> Period:
        row = self.life.latest(now)
        running = now < row.end
        refuse(running and row.is_paused(now), "plan_is_paused")
        refuse(running and row.cancelled, "plan_cancelled")
        self.life.refuse_followed(row, now)
        new = self.life.draft(shop, plan, interval or row.interval, row.option, row.method, None, now)
        refuse((new.plan, new.interval) == (row.plan, row.interval), "plan_unchanged")
        if not running or new.size <= row.size:
            return self._next(new, row, now)
        return self._upgrade(new, row, now)

    def _next(self, new: Period, row: Period, now: datetime) -> Period:
        if now < row.end:
            place_after(new, row)
        self.life.begin(new, row, now)
        return self._begun(new, now)

    def _upgrade(self, new: Period, row: Period, now: datetime) -> Period:
        upfront = row.option != "pay_later"
        share = row.unused_share(now) if upfront else Fraction(0)
        worth = coin(row.price * share, self.currency)
        self.life.begin(new, row, now)
        for period in (row, new):
            if upfront and period.invoice is None:
                self.issue(period, now)
        left = worth
        for invoice in (row.invoice, new.invoice):
            left -= invoice.pay(left) if invoice is not None else 0
        self.credits.top_up += left
        if worth:
            row.left -= (row.amount * share / UNIT).__floor__() * UNIT
        return self._begun(new, now)

    def _begun(self, row: Period, now: datetime) -> Period:
        """Invoiced at once where it is paid upfront, and what is due of that taken."""
        if row.start <= now and row.option != "pay_later":
            if row.invoice is None:
                self.issue(row, now)
            self.collect(row)
        return row

    # what falls due

    def issue(self, row: Period, now: datetime) -> None:
        today, conditions = self.day(now), row.conditions
        due_on = today + timedelta(days=conditions["due_days"])
        deposit_due_on = min(due_on, today + timedelta(days=conditions["deposit_due_days"]))
        parts = (
            {None: row.price}
            if row.option != "pay_later"
            else {name: spent for name, (_, spent) in sorted(row.used.items())}
        )
        row.invoice = Invoice(
            issued_on=today,
            due_on=due_on,
            deposit=row.deposit,
            deposit_due_on=deposit_due_on if row.option == "partial_upfront" else None,
            lines=[Line(service, coin(amount, self.currency)) for service, amount in parts.items()],
            exact=sum(parts.values(), Fraction(0)),
        )

    def collect(self, row: Period) -> None:
        due = (row.deposit if row.option == "partial_upfront" else row.invoice.total) - row.invoice.paid
        if row.option != "pay_later" and row.method is not None and due > 0 and row.method != "bank_transfer":
            pay_by_card(due, self.currency)
            row.invoice.pay(due)

    def bill(self, now: datetime) -> tuple[int, int]:
        """How many invoices were issued, and how many had their late use asked for."""
        due = [row for row in self.life.agreed if row.invoice is None and self._due_from(row) <= now]
        for row in due:
            self.issue(row, now)
            try:
                self.collect(row)
            except Refused:
                continue  # it stays open
        late = [
            row
            for row in self.life.agreed
            if row.option == "pay_later" and row.invoice and not row.invoice.settled and row.whole_end <= now - LATE
        ]
        for row in late:
            row.invoice.settled = True
            self.credits.owed += sum((spent for _, spent in row.used.values()), Fraction(0)) - row.invoice.exact
        return len(due), len(late)

    @staticmethod
    def _due_from(row: Period) -> datetime:
        return row.given_way if row.option == "pay_later" else row.start


class World:
    """All accounts, what they share, and who did what."""

    def __init__(self) -> None:
        self.shop = Shop()
        self.accounts: dict[str, Account] = {}
        self.alerts: dict[str, Any] = {}
        self.codes: list[Code] = []
        self.conversations: dict[str, Conversation] = {}
        self.audit: list[tuple[str, str]] = []

    def tell(self, account: str, name: str, moment: str, human: int, at: datetime, now: datetime) -> None:
        """A conversation's begin or end: the begin counts one session, the end what is left, in either order."""
        of = self.accounts[account]
        refuse(at > now, "usage_in_future")
        refuse(at < now - LATE, "usage_too_old")
        self.shop.check(["bot_session"])
        talk = self.conversations.get(name, Conversation(account))
        refuse(talk.account != account, "usage_event_conflict")
        refuse((talk.started if moment == "started" else talk.ended) is not None, "usage_event_conflict")
        begin, end = (at, talk.ended) if moment == "started" else (talk.started, at)
        human = human if moment == "ended" else talk.human
        count = int(moment == "started")
        if begin is not None and end is not None:
            seconds = -((begin - end) // timedelta(seconds=1))
            refuse(seconds < 0 or human > seconds, "usage_invalid")
            count = max(1, sessions(seconds, human)) - int(moment == "ended")
        of.use(self.shop, "bot_session", Fraction(count), at, now)
        self.conversations[name] = talk
        talk.started, talk.ended, talk.human = begin, end, human
