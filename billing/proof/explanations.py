"""What an explanation may say, derived from the records alone: the figures it explains, and what lies below them.

Below are the buckets' entries and the uses of the topic's days: how many, their sum, and one by one the newest of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from billing.answers.schemas import Explaining
from billing.money import QUANTITY_DECIMALS
from billing.proof.facts import BASIS, SESSION, Derivation, Fact, dates, money
from billing.proof.plans import in_force, newest
from billing.proof.records import Charge, Records

_LISTED = 5
"""Entries and uses that are told one by one."""
_COURSES = 112
"""Whole days that the courses of a forecast are made of."""
_BUCKETS = ("plan", "voucher", "top_up", "owed")
Uses = list[Charge]


def facts(records: Records, explaining: Explaining) -> set[Fact]:
    """Of all that the explanation may say.

    Raises:
        LookupError: there is no derivation of the topic that it explains.
    """
    return set(_Walk(records, explaining).walked())


class _Walk(Derivation):
    """One explained answer's facts."""

    def __init__(self, records: Records, explaining: Explaining) -> None:
        super().__init__(records, explaining.trace)
        self._step = explaining.step

    def walked(self) -> Iterator[Fact]:
        yield from self.facts()
        yield from dates(self._today)
        if self._trace.topic in {"show_balance", "show_plan"}:  # a plan is told of beside what is available
            yield from self.balance()
            yield money(sum(self._records.bucket("voucher", row["id"]) for row in self._vouchers()))
        yield from self._entries()
        for group in _USES[self._trace.topic](self):
            yield from self._uses(group)
        if self._trace.topic == "show_invoices":
            for invoice in self._records.rows("invoice"):
                lines = self._records.lines(invoice["id"])
                yield _number(len(lines))
                yield from map(money, lines)

    def _entries(self) -> Iterator[Fact]:
        """Of every bucket, and the uses behind its newest charges."""
        for row in self._records.rows("voucher"):
            yield Fact("name", f"V-{row['id']:06d}")
        places = {(row["bucket"], row["ref"]) for row in self._records.entries if row["bucket"] in _BUCKETS}
        for bucket, ref in sorted(places):
            entries = [row for row in self._records.entries if (row["bucket"], row["ref"]) == (bucket, ref)]
            yield _number(len(entries))
            yield money(sum(row["units"] for row in entries))
            for entry in sorted(entries, key=lambda row: (row["at"], row["id"]))[-_LISTED:] if self._step > 1 else ():
                yield money(entry["units"])
                yield from dates(self._local(entry["at"]))
                yield from self._uses([each for each in self._paid(bucket, ref) if each.number == entry["id"]])

    def _uses(self, group: Uses) -> Iterator[Fact]:
        parts: dict[int, Uses] = defaultdict(list)
        for each in group:
            parts[each.event].append(each)
        yield _number(len(parts))
        yield from _sums(group)
        for _, of in sorted(parts.items(), key=_at)[-_LISTED:] if self._step > 1 else ():
            yield from dates(self._local(of[0].at))
            yield from _sums(of)

    def of_days(self) -> Iterator[Uses]:
        """Of show_usage: the period and as many days before, in all and sessions alone."""
        first, last = self._period() or (self._today - timedelta(days=BASIS - 1), self._today)
        length = timedelta(days=(last - first).days + 1)
        for begins, ends in ((first, last), (first - length, last - length)):
            yield self._records.used(begins, ends)
            yield self._records.used(begins, ends, SESSION)

    def of_services(self) -> Iterator[Uses]:
        """Of show_service_usage: those of each service, and what the plan paid for of them."""
        plan = newest(self._plans, self._now)
        first, last = self._service_days()
        for service in sorted(self._sold()):
            yield self._records.used(first, last, service)
            if plan is not None:
                yield self._paid("plan", str(plan.row["id"]), service)

    def of_plan(self) -> Iterator[Uses]:
        """Of show_allowed_sessions: the sessions that the plan paid for."""
        plan = in_force(self._plans, self._now)
        if plan is not None:
            yield self._paid("plan", str(plan.row["id"]), SESSION)

    def of_lines(self) -> Iterator[Uses]:
        """Of show_credit_history: those of a day, service and bucket."""
        groups: dict[tuple[date, str, str], Uses] = defaultdict(list)
        for each in self._records.charges:
            groups[each.day, each.service, each.bucket].append(each)
        yield from groups.values()

    def of_courses(self) -> Iterator[Uses]:
        """Of show_forecast: those of the average, and those of the courses."""
        for days in (BASIS, _COURSES):
            yield self._records.used(self._today - timedelta(days=days), self._today - timedelta(days=1))

    def none(self) -> Iterator[Uses]:
        """What is of entries alone: the uses behind those are told with them."""
        return iter(())

    def _paid(self, bucket: str, ref: str, service: str | None = None) -> Uses:
        paid = (each for each in self._records.charges if (each.bucket, each.ref) == (bucket, ref))
        return [each for each in paid if service is None or each.service == service]


_USES: dict[str, Callable[[_Walk], Iterable[Uses]]] = {
    "show_balance": _Walk.none,
    "show_allowed_sessions": _Walk.of_plan,
    "show_usage": _Walk.of_days,
    "show_service_usage": _Walk.of_services,
    "show_plan": _Walk.none,
    "show_credit_history": _Walk.of_lines,
    "show_invoices": _Walk.none,
    "show_forecast": _Walk.of_courses,
}


def _sums(group: Uses) -> Iterator[Fact]:
    yield money(sum(each.units for each in group))
    yield Fact("number", Decimal(sum(each.quantity for each in group)).scaleb(-QUANTITY_DECIMALS))


def _at(event: tuple[int, Uses]) -> tuple[float, int]:
    return event[1][0].at.timestamp(), event[0]


def _number(count: int) -> Fact:
    return Fact("number", Decimal(count))
