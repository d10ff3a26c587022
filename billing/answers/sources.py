"""What a figure came from, as of the answer's position: buckets and rows, their entries, the uses behind them.

Of many the newest stand for all: the count and the sum are of all, so that the sum can be held against the figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.answers import past, positions
from billing.answers.formulas import BY_NAME
from billing.answers.invoice_lines import of_invoice
from billing.answers.schemas import EntryRef, EventRef, Explained, Figure, Source, Trace, TracedFigure
from billing.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.metering.days import bounds
from billing.metering.models import UsageCharge, UsageEvent
from billing.metering.service import SESSION
from billing.money import QUANTITY_DECIMALS, Money
from billing.plans import service as plans
from billing.plans.models import Subscription
from billing.schemas import Period

SHOWN = 5
"""Entries and events that are listed of each source, the newest."""
_BASIS, _HISTORY = 30, 112
"""Whole days that a forecast's average and its courses are made of."""


def explain(session: Session, trace: Trace) -> Explained:
    """The answer walked down: each figure with its formula and what it came from."""
    found = _Sources(session, trace)
    return Explained(
        account=trace.account,
        topic=trace.topic,
        as_of=trace.as_of.astimezone(accounts.zone(found.account)),
        ledger_position=trace.position.ledger,
        free_position=trace.position.free,
        row_position=trace.position.rows,
        catalogue_version=trace.position.catalogue,
        figures=[found.traced(figure) for figure in trace.figures],
    )


class _Sources:
    """The sources of one answer's figures, each looked up once."""

    def __init__(self, session: Session, trace: Trace) -> None:
        self._session, self._trace, self._at = session, trace, trace.position
        self.account = accounts.find(session, trace.account)
        self._given = {call.read: call.given for call in trace.calls}
        self._known: dict[tuple[str, ...], Source] = {}

    def traced(self, figure: Figure) -> TracedFigure:
        formula = BY_NAME[figure.formula]
        sources = [source for name in formula.sources for source in _SOURCES[name](self, figure)]
        return TracedFigure(
            **figure._asdict(),
            expression=formula.expression,
            made_of=[f"{formula.read}.{name}" for name in formula.made_of],
            sources=sources,
        )

    @cached_property
    def plans(self) -> list[Subscription]:
        return past.subscriptions(self._session, self._trace.account, self._at)

    def plan(self, figure: Figure) -> Subscription | None:
        """The plan that the answer is about: the one it names, else the one in force."""
        number = self._given.get(figure.formula.split(".")[0], {}).get("number")
        if number is not None:
            return next((row for row in self.plans if row.number == number), None)
        return plans.in_force_among(self._session, self.plans, self._trace.as_of)

    def period(self, read: str) -> Period:
        return Period.model_validate(self._given[read]["period"])

    def last_days(self, days: int) -> Period:
        """Whole days, without the one of the answer."""
        today: date = self._trace.as_of.astimezone(accounts.zone(self.account)).date()
        return Period.model_validate({"from": today - timedelta(days=days), "to": today - timedelta(days=1)})

    def bucket(self, kind: str, ref: str = "") -> Source:
        """A bucket's entries."""
        key = ("entries", kind, ref)
        if key not in self._known:
            self._known[key] = self._bucket(kind, ref)
        return self._known[key]

    def _bucket(self, kind: str, ref: str) -> Source:
        where = (
            *positions.posted(self._trace.account, self._at),
            LedgerAccount.owner == self._trace.account,
            LedgerAccount.kind == kind,
            LedgerAccount.ref == ref,
        )
        columns = (sa.func.count(), sa.func.sum(LedgerEntry.units), sa.func.min(LedgerEntry.id))
        totals = sa.select(*columns, sa.func.max(LedgerEntry.id)).select_from(_ENTRIES).where(*where)
        count, units, first, last = self._session.execute(totals).one()
        newest = sa.select(
            LedgerEntry.id,
            LedgerTransaction.id,
            LedgerTransaction.at,
            LedgerTransaction.kind,
            LedgerTransaction.service,
            LedgerEntry.units,
        ).select_from(_ENTRIES)
        ordered = newest.where(*where).order_by(LedgerTransaction.at.desc(), LedgerTransaction.id.desc()).limit(SHOWN)
        listed = [
            EntryRef(
                entry=entry,
                transaction=transaction,
                at=at.astimezone(accounts.zone(self.account)),
                kind=posted,
                service=service,
                amount=self._money(moved),
                uses=self._behind(transaction, at, kind, ref) if posted == "usage" else None,
            )
            for entry, transaction, at, posted, service, moved in self._session.execute(ordered)
        ]
        name = f"{kind}/{ref}" if ref else kind
        total = self._money(int(units or 0))
        return Source(kind="entries", ref=name, count=count, sum=total, first=first, last=last, entries=listed)

    def use(self, period: Period, *, service: str | None = None, paid_by: str = "", ref: str | None = None) -> Source:
        """Uses of a period, in all or of one service, by all buckets or those that one of them paid for.

        `ref` None: whichever of the kind, as several plans or vouchers are one bucket of the credit history.
        """
        key = ("events", str(period), service or "", paid_by, ref or "")
        if key not in self._known:
            self._known[key] = self._use(period, service, paid_by, ref)
        return self._known[key]

    def _behind(self, transaction: int, at: datetime, paid_by: str, ref: str) -> Source:
        """The uses that a charge of a bucket is of: all on its day (`billing.metering.batch`)."""
        day = positions.day_of(self.account, at)
        of_charge = UsageEvent.transaction_id == transaction
        return self._use(Period.model_validate({"from": day, "to": day}), None, paid_by, ref, of_charge)

    def _use(
        self, period: Period, service: str | None, paid_by: str, ref: str | None, *which: sa.ColumnElement[bool]
    ) -> Source:
        begins, ends = bounds(period, accounts.zone(self.account))
        where = [*positions.used(self._trace.account, self._at), UsageEvent.at >= begins, UsageEvent.at < ends, *which]
        if service is not None:
            where.append(UsageEvent.service == service)
        if paid_by:
            where.append(UsageCharge.bucket == paid_by)
        if ref is not None:
            where.append(UsageCharge.ref == ref)
        counted = sa.func.count(sa.distinct(UsageEvent.id))
        sums = (sa.func.sum(UsageCharge.quantity), sa.func.sum(UsageCharge.units))
        ends_at = (sa.func.min(UsageEvent.id), sa.func.max(UsageEvent.id))
        total = sa.select(counted, *sums, *ends_at).select_from(_CHARGES).where(*where)
        count, quantity, units, first, last = self._session.execute(total).one()
        columns = (UsageEvent.id, UsageEvent.source, UsageEvent.event_id, UsageEvent.at, UsageEvent.service)
        newest = (
            sa.select(*columns, *sums, UsageEvent.transaction_id)
            .select_from(_CHARGES)
            .where(*where)
            .group_by(UsageEvent.id)
            .order_by(UsageEvent.at.desc(), UsageEvent.id.desc())
            .limit(SHOWN)
        )
        listed = [
            EventRef(
                event=event,
                source=source,
                event_id=event_id,
                at=at.astimezone(accounts.zone(self.account)),
                service=of,
                quantity=_quantity(used),
                amount=self._money(int(paid)),
                transaction=transaction,
            )
            for event, source, event_id, at, of, used, paid, transaction in self._session.execute(newest)
        ]
        name = "/".join([part for part in (f"{period.from_}..{period.to}", service, paid_by, ref) if part])
        amount = self._money(int(units or 0))
        return Source(
            kind="events",
            ref=name,
            count=count,
            sum=amount,
            quantity=_quantity(quantity or 0),
            first=first,
            last=last,
            events=listed,
        )

    def catalogue(self) -> Source:
        return Source(kind="catalogue", ref=str(self._at.catalogue))

    def pending(self) -> Iterator[Source]:
        for row in past.states(self._session, self._trace.account, self._at, "top_up"):
            if row["status"] == "pending":
                yield Source(kind="row", ref=f"T-{row['id']:06d}", sum=self._money(row["amount"]))

    def invoice(self, number: str) -> Source:
        return of_invoice(self._session, self._trace, number, self.account.currency)

    def voucher_buckets(self) -> list[Source]:
        kept = past.states(self._session, self._trace.account, self._at, "voucher")
        return [self.bucket("voucher", str(row["id"])) for row in kept]

    def history_entry(self, figure: Figure) -> list[Source]:
        """A transaction's entry in its bucket; of use, the uses of its day."""
        _, number, bucket = figure.of.split("-", 2)
        posted = self._session.get_one(LedgerTransaction, int(number))
        if posted.kind == "usage":
            day = positions.day_of(self.account, posted.at)
            period = Period.model_validate({"from": day, "to": day})
            return [self.use(period, service=posted.service, paid_by=bucket)]
        return [Source(kind="row", ref=f"{posted.kind}/{posted.id}", sum=self._money_of(figure))]

    def _money_of(self, figure: Figure) -> Money | None:
        return Money.of(figure.value, figure.unit) if figure.unit == self.account.currency else None

    def _money(self, units: int) -> Money:
        return Money(int(units), self.account.currency)


_ENTRIES = LedgerEntry.__table__.join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id).join(
    LedgerAccount, LedgerAccount.id == LedgerEntry.ledger_account_id
)
_CHARGES = UsageEvent.__table__.join(UsageCharge, UsageCharge.usage_event_id == UsageEvent.id)


def _quantity(thousandths: int) -> str:
    return f"{Decimal(int(thousandths)).scaleb(-QUANTITY_DECIMALS).normalize():f}"


def _before(period: Period) -> Period:
    length = (period.to - period.from_).days + 1
    return Period.model_validate(
        {"from": period.from_ - timedelta(days=length), "to": period.from_ - timedelta(days=1)}
    )


def _of_plan(found: _Sources, figure: Figure) -> list[Source]:
    row = found.plan(figure)
    return [found.bucket("plan", row.ref)] if row is not None else []


def _plan_row(found: _Sources, figure: Figure) -> list[Source]:
    row = found.plan(figure)
    return [Source(kind="row", ref=row.number)] if row is not None else []


def _plan_use(found: _Sources, figure: Figure, service: str = SESSION) -> list[Source]:
    row = found.plan(figure)
    if row is None:
        return []
    days = [positions.day_of(found.account, at) for at in (row.starts_at, row.ends_at)]
    period = Period.model_validate({"from": days[0], "to": max(days)})
    return [found.use(period, service=service, paid_by="plan", ref=row.ref)]


def _voucher(figure: Figure) -> str:
    """The id of `V-000012`."""
    return str(int(figure.of.removeprefix("V-")))


_SOURCES: dict[str, Callable[[_Sources, Figure], list[Source]]] = {
    "plan_bucket": _of_plan,
    "plan_row": _plan_row,
    "plan_use": _plan_use,
    "voucher_bucket": lambda found, figure: [found.bucket("voucher", _voucher(figure))],
    "voucher": lambda found, figure: [Source(kind="row", ref=figure.of)],
    "voucher_buckets": lambda found, figure: found.voucher_buckets(),
    "top_up_bucket": lambda found, figure: [found.bucket("top_up")],
    "owed_bucket": lambda found, figure: [found.bucket("owed")],
    "pending_top_ups": lambda found, figure: list(found.pending()),
    "catalogue": lambda found, figure: [found.catalogue()],
    "sessions": lambda found, figure: [found.use(found.period("usage"), service=SESSION)],
    "sessions_before": lambda found, figure: [found.use(_before(found.period("usage")), service=SESSION)],
    "use": lambda found, figure: [found.use(found.period("usage"))],
    "use_before": lambda found, figure: [found.use(_before(found.period("usage")))],
    "service_use": lambda found, figure: [found.use(found.period("service_usage"), service=figure.of)],
    "service_plan_use": lambda found, figure: _plan_use(found, figure, figure.of),
    "history_entry": lambda found, figure: found.history_entry(figure),
    "invoice": lambda found, figure: [found.invoice(figure.of)],
    "use_of_basis": lambda found, figure: [found.use(found.last_days(_BASIS))],
    "use_of_history": lambda found, figure: [found.use(found.last_days(_HISTORY))],
}
