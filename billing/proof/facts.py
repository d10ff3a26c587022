"""What an answer says, derived again from the records of its position: topic by topic, from the design alone.

Money is exact here; a text says it to the coin (`checking`). The days of a forecast come out of a simulation, of which
there is no second one: they are held against what the trace says and against each other, and replay proves them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from billing.answers.schemas import Trace
from billing.money import QUANTITY_DECIMALS, SCALE
from billing.proof.places import ANSWER
from billing.proof.plans import Plan, in_force, newest, plans
from billing.proof.records import Charge, Records

SESSION = "bot_session"
_SHOWN = 10
"""Lines of a list that an answer shows."""
BASIS = 30
"""Days of a period where none is named, and of a forecast's average."""


Value = Decimal | date | str | frozenset[str]
"""A figure, a day, the number of a document or a term, how a service is called; all exact."""


@dataclass(frozen=True, slots=True)
class Record:
    """What belongs together: a line of a list, or all that is said once. Facts by their names; see `places`."""

    group: str
    facts: dict[str, Value]


class Derivation:
    """One answer's facts."""

    def __init__(self, records: Records, trace: Trace) -> None:
        self._records, self._trace = records, trace
        self._now = trace.as_of
        self._today = records.local(trace.as_of)
        self._plans = plans(records)

    def records(self) -> list[Record]:
        """All that its topic may say.

        Raises:
            LookupError: there is no derivation of the topic.
        """
        return list(_TOPICS[self._trace.topic](self))

    def balance(self) -> Iterator[Record]:
        yield Record(ANSWER, {"available": self._available(), "owed": _money(-self._records.bucket("owed"))})
        if plan := self._of_plan():
            yield Record("plan", {"amount": _money(plan)})
        for row in self._vouchers():
            amount = _money(self._records.bucket("voucher", row["id"]))
            if not amount:
                continue
            if row["expires_at"]:
                yield Record("voucher", {"amount": amount, "expires_on": self._local(row["expires_at"])})
            else:
                yield Record("voucher_no_expiry", {"amount": amount})
        yield Record("top_up", {"amount": _money(self._records.bucket("top_up"))})
        if pending := sum(row["amount"] for row in self._records.rows("top_up") if row["status"] == "pending"):
            yield Record("pending", {"amount": _money(pending)})

    def allowed_sessions(self) -> Iterator[Record]:
        rate = _units(self._records.catalogue["services"][SESSION]["rates"][self._records.currency])
        in_scope = sum(
            self._records.bucket("voucher", row["id"])
            for row in self._vouchers()
            if not row["services"] or SESSION in row["services"]
        )
        from_credit = (in_scope + self._records.bucket("top_up")) // rate if rate else 0
        from_plan, plan = 0, in_force(self._plans, self._now)
        if plan is not None and plan.covers(SESSION):
            terms = plan.row["terms"]
            own = _units(terms["rates"][SESSION]) if SESSION in terms["rates"] else rate
            from_plan = self._of_plan() // own if own else 0
            if SESSION in terms["quotas"]:
                left = Decimal(terms["quotas"][SESSION]) - self._paid_by(plan, SESSION)
                from_plan = min(from_plan, int(max(left, Decimal(0))))
        numbers = {"sessions": from_plan + from_credit, "from_plan": from_plan, "from_credit": from_credit}
        yield Record(ANSWER, {"rate": _money(rate), **{name: Decimal(number) for name, number in numbers.items()}})

    def usage(self) -> Iterator[Record]:
        first, last = self._period() or (self._today - timedelta(days=BASIS - 1), self._today)
        length = timedelta(days=(last - first).days + 1)
        facts: dict[str, Value] = {"from_day": first, "to_day": last}
        for name, begins, ends in (("", first, last), ("previous_", first - length, last - length)):
            found = self._records.used(begins, ends)
            sessions = sum(each.quantity for each in found if each.service == SESSION)
            facts[f"{name}spend"] = _money(sum(each.units for each in found))
            facts[f"{name}sessions"] = Decimal(sessions // 10**QUANTITY_DECIMALS)
        yield Record(ANSWER, facts)

    def service_usage(self) -> Iterator[Record]:
        plan, (first, last) = self._plan_told_of(), self._service_days()
        found = self._records.used(first, last)
        only = self._trace.asked.get("service")
        total = 0
        for service in sorted(self._sold()):
            use = [each for each in found if each.service == service]
            if only not in self._sold() or service == only:
                total += sum(each.units for each in use)
            yield self._of_service(plan, service, use)
        yield Record(ANSWER, {"total": _money(total), "from_day": first, "to_day": last})

    def _plan_told_of(self) -> Plan | None:
        """The newest plan, where its period is what is told of."""
        plan = newest(self._plans, self._now)
        named = self._period() is not None or plan is None or plan.row["confirmed_at"] is None
        return None if named else plan

    def _service_days(self) -> tuple[date, date]:
        plan = self._plan_told_of()
        if plan is None:
            return self._period() or (self._today - timedelta(days=BASIS - 1), self._today)
        first = self._local(plan.row["starts_at"])
        return first, max(first, self._local(plan.last_instant()))

    def plan(self) -> Iterator[Record]:
        plan = newest(self._plans, self._now)
        facts: dict[str, Value] = {"available": self._available()}
        if plan is not None:
            row = plan.row
            left = row["amount"] if row["confirmed_at"] is None else self._records.bucket("plan", row["id"])
            used = row["amount"] - left
            share = Decimal(used * 100) / row["amount"] if row["amount"] else Decimal(0)
            facts |= {"price": _money(row["price"]), "amount": _money(row["amount"])}
            facts |= {"remaining": _money(left), "used": _money(used)}
            facts |= {"used_percent": share.quantize(Decimal("0.1"), ROUND_DOWN)}
            facts |= {"starts_on": self._local(row["starts_at"]), "ends_on": self._last_day(plan)}
            facts |= {"days_left": Decimal(self._days_left(plan))}
            facts |= self._awaited(plan) if plan.awaits_payment() else {}
        yield Record(ANSWER, facts)

    def credit_history(self) -> Iterator[Record]:
        lines = sorted(self._history(), key=lambda line: line[:4], reverse=True)[:_SHOWN]
        yield Record(ANSWER, {"count": Decimal(len(lines))})
        for at, _, bucket, units, kind, service in lines:
            facts: dict[str, Value] = {"date": self._local(at), "amount": _money(units), "kind": kind, "bucket": bucket}
            yield Record("entry", facts | ({"service": self._records.called(service)} if service else {}))

    def invoices(self) -> Iterator[Record]:
        rows = [*self._records.rows("invoice")][::-1][:_SHOWN]
        yield Record(ANSWER, {"count": Decimal(len(rows))})
        for row in rows:
            facts: dict[str, Value] = {"number": row["number"], "total": _money(sum(self._records.lines(row["id"])))}
            yield Record("invoice", facts | {"issued_on": row["issued_on"], "due_on": row["due_on"]})

    def forecast(self) -> Iterator[Record]:
        spent = self._records.used(self._today - timedelta(days=BASIS), self._today - timedelta(days=1))
        facts: dict[str, Value] = {"available": self._available(), "basis_days": Decimal(BASIS)}
        facts["daily_average"] = _money(sum(each.units for each in spent) // BASIS)
        for figure in self._trace.figures:
            if figure.formula.endswith("_on"):
                name = figure.formula.removeprefix("forecast.").replace(".", "_")
                facts[name] = date.fromisoformat(figure.value)
        if isinstance(runs_out := facts.get("runs_out_on"), date):
            facts["days_left"] = Decimal((runs_out - self._today).days)
        yield Record(ANSWER, facts)

    def _available(self) -> Decimal:
        vouchers = sum(self._records.bucket("voucher", row["id"]) for row in self._vouchers())
        return _money(self._of_plan() + vouchers + self._records.bucket("top_up"))

    def _of_plan(self) -> int:
        plan = in_force(self._plans, self._now)
        return self._records.bucket("plan", plan.row["id"]) if plan else 0

    def _vouchers(self) -> Iterator[dict[str, Any]]:
        for row in self._records.rows("voucher"):
            over = [row[name] for name in ("expires_at", "revoked_at") if row[name] is not None]
            if row["credited_at"] <= self._now and all(self._now < end for end in over):
                yield row

    def _paid_by(self, plan: Plan, service: str) -> Decimal:
        paid = (
            each.quantity
            for each in self._records.charges
            if (each.bucket, each.ref, each.service) == ("plan", str(plan.row["id"]), service)
        )
        return Decimal(sum(paid)).scaleb(-QUANTITY_DECIMALS)

    def _of_service(self, plan: Plan | None, service: str, use: list[Charge]) -> Record:
        quotas = plan.row["terms"]["quotas"] if plan is not None and plan.covers(service) else {}
        facts: dict[str, Value] = {"service": self._records.called(service)}
        facts["spent"] = _money(sum(each.units for each in use))
        if plan is None or service not in quotas:
            facts["used"] = Decimal(sum(each.quantity for each in use)).scaleb(-QUANTITY_DECIMALS)
            return Record("service_no_quota", facts)
        facts["used"] = paid = self._paid_by(plan, service)
        facts["remaining"] = max(Decimal(quotas[service]) - paid, Decimal(0))
        return Record("service", facts)

    def _sold(self) -> set[str]:
        return {*self._records.catalogue["services"], *(each.service for each in self._records.charges)}

    def _period(self) -> tuple[date, date] | None:
        named = self._trace.asked.get("period")
        return (date.fromisoformat(named["from"]), date.fromisoformat(named["to"])) if named else None

    def _local(self, at: datetime) -> date:
        return self._records.local(at)

    def _last_day(self, plan: Plan) -> date:
        row = plan.row
        if row["exhausted_at"] is not None:
            return self._local(row["exhausted_at"])
        pause = plan.pause_at(self._now)
        if pause is not None:
            return self._local(plan.end_if_resumed(self._now) - timedelta(microseconds=1))
        return self._local(plan.last_instant())

    def _days_left(self, plan: Plan) -> int:
        if plan.has_ended(self._now):
            return 0
        begins = max(self._now, plan.row["starts_at"])
        return max(0, (self._local(plan.end_if_resumed(self._now)) - self._local(begins)).days)

    def _awaited(self, plan: Plan) -> dict[str, Value]:
        for invoice in self._records.rows("invoice"):
            if invoice["subscription_id"] != plan.row["id"]:
                continue
            notes = [note for note in self._records.rows("credit_note") if note["invoice_id"] == invoice["id"]]
            asked = plan.row["price"] if plan.row["payment_option"] == "full_upfront" else invoice["deposit"]
            due = min(asked, sum(self._records.lines(invoice["id"])) - sum(note["total"] for note in notes))
            paid = invoice["paid"] - sum(note["refunded"] for note in notes)
            return {
                "due": _money(max(0, due - paid) if due > 0 else 0),
                "invoice": invoice["number"],
                "due_on": invoice["deposit_due_on"] or invoice["due_on"],
            }
        return {}

    def _history(self) -> Iterator[tuple[datetime, int, str, int, str, str]]:
        """Instant, transaction, bucket, units, kind, service: usage by day, service and bucket, the rest by itself."""
        for row in self._records.entries:
            if row["kind"] != "usage" and row["bucket"] in {"plan", "voucher", "top_up", "owed"}:
                yield row["at"].astimezone(UTC), row["id"], row["bucket"], row["units"], row["kind"], ""
        days: dict[tuple[date, str, str], list[Charge]] = defaultdict(list)
        for each in self._records.charges:
            days[each.day, each.service, each.bucket].append(each)
        for (_, service, bucket), parts in days.items():
            paid = [(part.at.astimezone(UTC), part.number) for part in parts if part.units and part.number]
            if paid:
                yield *max(paid), bucket, -sum(part.units for part in parts), "usage", service


_TOPICS: dict[str, Callable[[Derivation], Iterable[Record]]] = {
    "show_balance": Derivation.balance,
    "show_allowed_sessions": Derivation.allowed_sessions,
    "show_usage": Derivation.usage,
    "show_service_usage": Derivation.service_usage,
    "show_plan": Derivation.plan,
    "show_credit_history": Derivation.credit_history,
    "show_invoices": Derivation.invoices,
    "show_forecast": Derivation.forecast,
}


def _money(units: int) -> Decimal:
    return Decimal(int(units)).scaleb(-SCALE)


def _units(rate: str) -> int:
    return int(Decimal(rate).scaleb(SCALE))
