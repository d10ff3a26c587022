"""The life of plans, derived from the states of their rows: which is in force at an instant, which is the newest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from billing.proof.records import Records


@dataclass(frozen=True, slots=True)
class Plan:
    """A period or an offer, with its pauses."""

    row: dict[str, Any]
    pauses: list[dict[str, Any]]

    def end(self) -> datetime:
        """Of its period, whether or not its amount was reached before."""
        ends: list[datetime] = [at for at in (self.row["ends_at"], self.row["ended_at"]) if at is not None]
        return min(ends)

    def last_instant(self) -> datetime:
        """The last of its period."""
        begins: datetime = self.row["starts_at"]
        return max(begins, self.end() - timedelta(microseconds=1))

    def has_ended(self, at: datetime) -> bool:
        """By its period, its amount, or because another took its place."""
        used_up = self.row["exhausted_at"]
        return at >= self.end() or (used_up is not None and at >= used_up)

    def pause_at(self, at: datetime) -> dict[str, Any] | None:
        """The pause that holds an instant."""
        held = (pause for pause in self.pauses if pause["paused_at"] <= at < _until(pause))
        return next(held, None)

    def end_if_resumed(self, at: datetime) -> datetime:
        """An open pause moved the end by as long as it may last: that is taken back."""
        ends: datetime = self.row["ends_at"]
        pause = self.pause_at(at)
        return ends if pause is None else ends - (_until(pause) - at)

    def covers(self, service: str) -> bool:
        """No services: all of them."""
        return not self.row["services"] or service in self.row["services"]

    def awaits_payment(self) -> bool:
        """It is accepted and begins once it is paid."""
        return self.row["accepted_at"] is not None and self.row["confirmed_at"] is None


def plans(records: Records) -> list[Plan]:
    """Those that were not withdrawn, oldest first."""
    pauses: dict[int, list[dict[str, Any]]] = {}
    for pause in records.rows("plan_pause"):
        pauses.setdefault(pause["subscription_id"], []).append(pause)
    rows = [row for row in records.rows("subscription") if row["withdrawn_at"] is None]
    rows.sort(key=lambda row: (row["starts_at"], row["id"]))
    return [Plan(row, sorted(pauses.get(row["id"], []), key=lambda pause: pause["paused_at"])) for row in rows]


def in_force(found: list[Plan], at: datetime) -> Plan | None:
    """What use is charged to: confirmed, begun, not over, not paused; the one that began last."""
    running = [plan for plan in _begun(found, at) if not plan.has_ended(at) and plan.pause_at(at) is None]
    return running[-1] if running else None


def newest(found: list[Plan], at: datetime) -> Plan | None:
    """The one that runs; then an offer that can be confirmed; then the last that ended; then one still to begin."""
    begun = _begun(found, at)
    running = [plan for plan in begun if not plan.has_ended(at)]
    if running:
        return running[-1]
    good = [plan for plan in found if not _lapsed(plan, at)]
    offers = [plan for plan in good if plan.row["confirmed_at"] is None]
    if offers:
        return offers[-1]
    return begun[-1] if begun else next(iter(good), None)


def _begun(found: list[Plan], at: datetime) -> list[Plan]:
    return [plan for plan in found if plan.row["confirmed_at"] is not None and plan.row["starts_at"] <= at]


def _lapsed(plan: Plan, at: datetime) -> bool:
    row = plan.row
    undecided = row["confirmed_at"] is None and row["accepted_at"] is None
    return undecided and row["valid_until"] is not None and bool(at >= row["valid_until"])


def _until(pause: dict[str, Any]) -> datetime:
    until: datetime = pause["resumed_at"] or pause["resumes_at"]
    return until
