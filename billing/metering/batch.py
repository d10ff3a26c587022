"""A batch of usage: each event checked, rated and charged in the order sent, all of it written in one transaction.

One event is a batch of one, so that there is one way to charge.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from billing import rows
from billing.accounts import service as accounts
from billing.catalogue import service as catalogues
from billing.errors import AccountNotFound, BillingError, UsageEventConflict, UsageInFuture, UsageInvalid, UsageTooOld
from billing.ledger.books import Books, Draft
from billing.ledger.models import LedgerTransaction
from billing.metering import repository
from billing.metering.charging import Charge, charges
from billing.metering.conversations import Conversations
from billing.metering.funds import MOST_UNITS, STEP, Funds, open_all
from billing.metering.models import UsageCharge, UsageEvent
from billing.metering.rollup import Paid, Rollup
from billing.metering.schemas import Use

EARLIEST = 2000
"""The year before which nothing was used."""

Verdict = Literal["accepted", "repeated"] | BillingError
_EVENT = ("id", "source", "event_id", "account_id", "service", "at", "quantity", "transaction_id", "details")
_CHARGE = ("usage_event_id", "bucket", "ref", "quantity", "units")


class Batch:
    """Usage on its way in. Holds the locks of all accounts named in it until the transaction ends."""

    def __init__(self, session: Session, uses: Sequence[Use], *, now: datetime, oldest: datetime | None) -> None:
        self._session, self._uses, self._now, self._oldest = session, uses, now, oldest
        locked = accounts.lock_all(session, {use.account_id for use in uses})
        self._books = Books(session, locked.keys())
        self._funds = open_all(session, locked.values(), self._books)
        self._history = catalogues.History(session)
        self._known = repository.known(session, uses)
        self._conversations = Conversations(session, [use.moment for use in uses if use.moment])
        self._rates: dict[tuple[int, str, str], int] = {}
        self._taken: list[tuple[Use, int, list[Charge], Draft | None]] = []
        self._drafts: dict[Paid, Draft] = {}
        self._rollup = Rollup()

    def record(self) -> list[Verdict]:
        """Take what can be taken, and say of each event what became of it.

        Raises:
            CatalogueMissing: none was loaded yet.
        """
        verdicts: list[Verdict] = []
        for use in self._uses:
            try:
                verdicts.append(self._take(use))
            except BillingError as refusal:
                verdicts.append(refusal)
        self._write()
        return verdicts

    def _take(self, use: Use) -> Literal["accepted", "repeated"]:
        funds = self._funds.get(use.account_id)
        if funds is None:
            raise AccountNotFound(use.account_id)
        known = self._known.get(use[:2])
        if known is not None:
            if repository.differ(known, use):
                raise UsageEventConflict
            return "repeated"
        self._check_time(use.at)
        rate = self._rate(use, funds.account.currency)
        moment = use.moment
        quantity = use.quantity if moment is None else self._conversations.due(moment) * STEP
        parts = charges(funds, use, quantity, rate) if quantity else []
        day = funds.days.of(use.at)
        draft = self._pay(funds, use, day, parts)
        if moment is not None:
            self._conversations.note(moment)
        self._known[use[:2]] = use
        self._taken.append((use, quantity, parts, draft))
        self._rollup.add(use, day, parts)
        return "accepted"

    def _check_time(self, at: datetime) -> None:
        if at > self._now:
            raise UsageInFuture("the event is in the future")
        if at.year < EARLIEST:
            raise UsageInvalid(f"the event is before the year {EARLIEST}")
        if self._oldest is not None and at < self._oldest:
            days = (self._now - self._oldest).days
            raise UsageTooOld(f"the event is more than {days} days old", days=days)

    def _rate(self, use: Use, currency: str) -> int:
        """The on-demand price of one unit, in units of money, by the catalogue in force at the event's time."""
        catalogue = self._history.as_of(use.at, use.service)
        key = (id(catalogue), use.service, currency)
        if key not in self._rates:
            self._rates[key] = catalogues.rate(catalogue, use.service, currency).units
        return self._rates[key]

    def _pay(self, funds: Funds, use: Use, day: date, parts: list[Charge]) -> Draft | None:
        total = sum([part.units for part in parts])
        account_id = use.account_id
        if self._books.balance(account_id, "usage_revenue") + total > MOST_UNITS:
            raise UsageInvalid("more was used than can be kept")
        for part in parts:
            funds.pay(part.bucket, part.ref, part.units, use.service, part.quantity, use.at)
        if not total:
            return None
        self._books.move(account_id, "usage_revenue", "", total)
        paying = [part for part in parts if part.units]
        draft = self._draft(funds, use, day, tuple([(part.bucket, part.ref) for part in paying]))
        for part in paying:
            draft.add(part.bucket, part.ref, -part.units)
        draft.add("usage_revenue", "", total)
        return draft

    def _draft(self, funds: Funds, use: Use, day: date, buckets: tuple[tuple[str, str], ...]) -> Draft:
        """The transaction of the account's use of the service on that day of its own, paid by the same buckets.

        It stands at its newest use, and after those whose newest use came before: so the credit history, which sums
        a day by service and bucket, is the same as with a transaction an event.
        """
        key = (use.account_id, day, use.service, buckets)
        draft = self._drafts.get(key)
        if draft is None:
            draft = Draft("", use.account_id, funds.account.currency, "usage", use.service, use.at)
            self._drafts[key] = draft
        if use.at >= draft.at:
            draft.at, draft.number = use.at, len(self._taken)
        return draft

    def _write(self) -> None:
        if not self._taken:
            return
        session = self._session
        drafts = sorted(self._drafts.values(), key=lambda draft: draft.number)
        numbers = rows.reserve(session, UsageEvent, len(self._taken))
        if drafts:
            for draft, number in zip(drafts, rows.reserve(session, LedgerTransaction, len(drafts)), strict=True):
                draft.number = number
        events, parts = [], []
        for number, (use, quantity, charged, paid_by) in zip(numbers, self._taken, strict=True):
            transaction = None
            if paid_by is not None:
                transaction = paid_by.number
                paid_by.key = paid_by.key or f"usage:{number}"
            events.append((number, *use[:5], quantity, transaction, use.details))
            parts.extend([(number, *part) for part in charged])
        self._books.write(drafts)
        rows.insert(session, UsageEvent, _EVENT, events)
        rows.insert(session, UsageCharge, _CHARGE, parts)
        self._rollup.write(session, self._drafts)
        session.flush()
