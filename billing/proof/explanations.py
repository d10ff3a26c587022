"""What an explanation may say, derived from the records alone: the figures it explains, and what lies below them.

Below are the buckets' entries and the uses of the topic's days: how many, their sum, and one by one the newest of them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from billing.answers.schemas import Explaining, Orphan
from billing.money import QUANTITY_DECIMALS, SCALE
from billing.proof.facts import BASIS, SESSION, Derivation, Record
from billing.proof.numerals import Numeral, numerals, plain
from billing.proof.places import PLACES
from billing.proof.plans import in_force, newest
from billing.proof.records import Charge, Records

_LISTED = 5
"""Entries and uses that are told one by one."""
_COURSES = 112
"""Whole days that the courses of a forecast are made of."""
_BUCKETS = ("plan", "voucher", "top_up", "owed")
Uses = list[Charge]


_PLACE = re.compile(r"\{\w+\}")
_OF_A_KIND = {"quantity": "number", "name": "name", "money": "money", "date": "date", "percent": "percent"}


@dataclass(frozen=True, slots=True)
class Fact:
    """A value that may be said, wherever in the explanation."""

    kind: str
    value: Decimal | date | str


def orphans(records: Records, explaining: Explaining, text: str, texts: Mapping[str, str]) -> tuple[int, list[Orphan]]:
    """How many numerals an explanation has, and those that are no fact of what it explains or of what lies below it.

    Its lines are too many to bind each place: a numeral passes that is another fact's of its kind.

    Raises:
        LookupError: there is no derivation of the topic that it explains.
    """
    facts = set(_Walk(records, explaining).walked())
    found = list(_numerals(text, texts, records.names))
    return len(found), [
        Orphan(text=each.text, reason=f"no {each.kind} of the records is this")
        for each in found
        if not any(each.kind == fact.kind and each.says(fact.value, fact.kind, records.currency) for fact in facts)
    ]


def _numerals(text: str, texts: Mapping[str, str], names: Iterable[str]) -> Iterator[Numeral]:
    """Those of a text but what stands in the responses themselves."""
    own = [_pattern(line) for of in texts.values() for line in plain(of).splitlines() if re.search(r"\d", line)]
    for line in plain(text).splitlines():
        matches = (pattern.fullmatch(line.strip()) for pattern in own)
        match = next((each for each in matches if each is not None), None)
        for part in [line] if match is None else match.groups():
            yield from numerals(part, names)


def _pattern(line: str) -> re.Pattern[str]:
    return re.compile("(.*?)".join(re.escape(piece) for piece in _PLACE.split(line.strip())))


class _Walk(Derivation):
    """One explained answer's facts."""

    def __init__(self, records: Records, explaining: Explaining) -> None:
        super().__init__(records, explaining.trace)
        self._step = explaining.step

    def walked(self) -> Iterator[Fact]:
        yield from self._said(self.records())
        yield from _dates(self._today)
        if self._trace.topic in {"show_balance", "show_plan"}:  # a plan is told of beside what is available
            yield from self._said(self.balance(), "show_balance")
            yield _money(sum(self._records.bucket("voucher", row["id"]) for row in self._vouchers()))
        yield from self._entries()
        for group in _USES[self._trace.topic](self):
            yield from self._uses(group)
        if self._trace.topic == "show_invoices":
            for invoice in self._records.rows("invoice"):
                lines = self._records.lines(invoice["id"])
                yield _number(len(lines))
                yield from map(_money, lines)

    def _said(self, records: Iterable[Record], topic: str | None = None) -> Iterator[Fact]:
        """The facts of an answer's own lines, each of the kind that its place has."""
        kinds: dict[tuple[str, str], str] = {}
        for group, places in PLACES[topic or self._trace.topic].values():
            for place, told in places.items():
                kind, _, name = told.partition(" ")
                kinds[group, name or place] = kind
        for record in records:
            for name, value in record.facts.items():
                kind = _OF_A_KIND.get(kinds.get((record.group, name), ""), "number")
                if not isinstance(value, frozenset) and not (kind == "number" and isinstance(value, str)):
                    yield Fact(kind, value)

    def _entries(self) -> Iterator[Fact]:
        """Of every bucket, and the uses behind its newest charges."""
        for row in self._records.rows("voucher"):
            yield Fact("name", f"V-{row['id']:06d}")
        places = {(row["bucket"], row["ref"]) for row in self._records.entries if row["bucket"] in _BUCKETS}
        for bucket, ref in sorted(places):
            entries = [row for row in self._records.entries if (row["bucket"], row["ref"]) == (bucket, ref)]
            yield _number(len(entries))
            yield _money(sum(row["units"] for row in entries))
            for entry in sorted(entries, key=lambda row: (row["at"], row["id"]))[-_LISTED:] if self._step > 1 else ():
                yield _money(entry["units"])
                yield from _dates(self._local(entry["at"]))
                yield from self._uses([each for each in self._paid(bucket, ref) if each.number == entry["id"]])

    def _uses(self, group: Uses) -> Iterator[Fact]:
        parts: dict[int, Uses] = defaultdict(list)
        for each in group:
            parts[each.event].append(each)
        yield _number(len(parts))
        yield from _sums(group)
        for _, of in sorted(parts.items(), key=_at)[-_LISTED:] if self._step > 1 else ():
            yield from _dates(self._local(of[0].at))
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
    yield _money(sum(each.units for each in group))
    yield Fact("number", Decimal(sum(each.quantity for each in group)).scaleb(-QUANTITY_DECIMALS))


def _at(event: tuple[int, Uses]) -> tuple[float, int]:
    return event[1][0].at.timestamp(), event[0]


def _number(count: int) -> Fact:
    return Fact("number", Decimal(count))


def _money(units: int) -> Fact:
    """An amount, exactly."""
    return Fact("money", Decimal(int(units)).scaleb(-SCALE))


def _dates(*days: date) -> Iterator[Fact]:
    """Each a date."""
    for day in days:
        yield Fact("date", day)
