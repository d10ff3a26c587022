"""What the database holds of an account at a position, by plain SQL: entries, charges, states of rows, catalogues."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.answers.schemas import Position
from billing.db import Instant

Row = Mapping[str, Any]
_ENTRIES = """
SELECT posted.id AS id, posted.at AS at, posted.kind AS kind, place.kind AS bucket, place.ref AS ref,
    entry.units AS units
FROM ledger_entry entry
JOIN ledger_transaction posted ON posted.id = entry.transaction_id
JOIN ledger_account place ON place.id = entry.ledger_account_id
WHERE posted.owner = :account AND posted.id <= :ledger
"""
_CHARGES = """
SELECT used.id AS event, used.at AS at, used.service AS service, charge.bucket AS bucket, charge.ref AS ref,
    charge.quantity AS quantity, charge.units AS units, used.transaction_id AS number
FROM usage_charge charge JOIN usage_event used ON used.id = charge.usage_event_id
WHERE used.account_id = :account
    AND (used.transaction_id <= :ledger OR (used.transaction_id IS NULL AND used.id <= :free))
"""
_STATES = """
SELECT state.kind AS kind, state.row_id AS row_id, state.content AS content FROM row_version state
WHERE state.account_id = :account AND state.id <= :rows ORDER BY state.id
"""
_LINES = "SELECT line.units AS units FROM invoice_line line WHERE line.invoice_id = :invoice"


@dataclass(frozen=True, slots=True)
class Charge:
    """A part of a use that one bucket paid for: thousandths of the unit, units of money; on the account's own day."""

    event: int
    at: datetime
    day: date
    service: str
    bucket: str
    ref: str
    quantity: int
    units: int
    number: int | None


class Records:
    """All of it, as of a position; read once."""

    def __init__(self, session: Session, account: str, at: Position) -> None:
        self._session = session
        self._given = {"account": account, **at._asdict()}
        query = sa.text("SELECT currency, time_zone FROM account WHERE id = :account")
        self.currency, zone = session.execute(query, self._given).one()
        self._zone = ZoneInfo(zone)

    def local(self, at: datetime) -> date:
        """The date on the account's clocks."""
        return at.astimezone(self._zone).date()

    def day(self, at: datetime) -> date:
        """The account's day of an instant: where clocks are set back over midnight, the later one of both."""
        local = at.astimezone(self._zone).date()
        after = local + timedelta(days=1)
        return after if at >= datetime.combine(after, time.min, self._zone).astimezone(UTC) else local

    @cached_property
    def entries(self) -> list[Row]:
        """Every entry of its ledger accounts."""
        query = sa.text(_ENTRIES).columns(at=Instant)
        return [dict(row) for row in self._session.execute(query, self._given).mappings()]

    def bucket(self, kind: str, ref: object = "") -> int:
        """Units that its entries sum to."""
        return sum(row["units"] for row in self.entries if (row["bucket"], row["ref"]) == (kind, str(ref)))

    @cached_property
    def charges(self) -> list[Charge]:
        """Every part of every use."""
        query = sa.text(_CHARGES).columns(at=Instant)
        found = self._session.execute(query, self._given).mappings()
        return [Charge(day=self.day(row["at"]), **row) for row in found]

    def used(self, first: date, last: date, service: str | None = None) -> list[Charge]:
        """Those of some days, both inclusive."""
        return [
            each for each in self.charges if first <= each.day <= last and (service is None or each.service == service)
        ]

    @cached_property
    def _states(self) -> dict[str, dict[int, Row]]:
        found: dict[str, dict[int, Row]] = {}
        for kind, number, content in self._session.execute(sa.text(_STATES), self._given):
            found.setdefault(kind, {})[number] = json.loads(content) if isinstance(content, str) else content
        return found

    def rows(self, kind: str) -> Iterator[dict[str, Any]]:
        """The states of a table's rows, oldest row first, their instants and days read."""
        for _, state in sorted(self._states.get(kind, {}).items()):
            yield {name: _read(name, value) for name, value in state.items()}

    def lines(self, invoice: int) -> list[int]:
        """Units of each line of an invoice."""
        return list(self._session.scalars(sa.text(_LINES), {"invoice": invoice}))

    @cached_property
    def catalogue(self) -> dict[str, Any]:
        """The newest version."""
        query = sa.text("SELECT content FROM catalogue WHERE version = :catalogue")
        content = self._session.scalar(query, self._given)
        return dict(json.loads(content) if isinstance(content, str) else content)

    @cached_property
    def names(self) -> set[str]:
        """How plans and services are called, in all versions and languages, where that holds a digit."""
        found = {
            str(name)
            for content in self._catalogues
            for group in ("services", "plans")
            for each in content[group].values()
            for name in each["names"].values()
        }
        return {name for name in found if any(letter.isdigit() for letter in name)}

    def called(self, service: str) -> frozenset[str]:
        """How a service is called, in all versions and languages."""
        known = (content["services"].get(service) for content in self._catalogues)
        return frozenset(str(name) for each in known if each for name in each["names"].values())

    @cached_property
    def _catalogues(self) -> list[dict[str, Any]]:
        query = sa.text("SELECT content FROM catalogue WHERE version <= :catalogue")
        return [json.loads(c) if isinstance(c, str) else c for c in self._session.scalars(query, self._given)]


def _read(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if name.endswith("_at") or name == "valid_until":
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    if name.endswith("_on") or name in {"period_from", "period_to"}:
        return date.fromisoformat(value)
    return json.loads(value) if name in {"terms", "services"} else value
