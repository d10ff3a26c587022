"""What one look at an account raises and clears."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts.models import AccountRow
from billing.alerts.models import AlertRow
from billing.alerts.schemas import AlertFigures, AlertKind, ClearedBy


@dataclass(frozen=True, slots=True)
class Change:
    """An alert that was raised or cleared, at the instant when it happened."""

    at: datetime
    what: Literal["raised", "cleared"]
    alert: AlertRow


class AlertLog:
    """The alerts of one account, written to under its lock: a crossing that is there is not raised again."""

    def __init__(self, session: Session, account: AccountRow) -> None:
        self._session, self._account = session, account
        self._changes: list[Change] = []
        query = sa.select(AlertRow).where(
            AlertRow.account_id == account.id,
            sa.or_(AlertRow.cleared_at.is_(None), AlertRow.subscription_id.is_not(None)),
        )
        self._known = {(row.kind, row.crossing): row for row in session.scalars(query.order_by(AlertRow.id))}

    @property
    def changes(self) -> list[Change]:
        """What was raised and cleared, in the order in which it happened."""
        return sorted(self._changes, key=lambda change: change.at)

    def open(self, kind: AlertKind) -> list[AlertRow]:
        """The open alerts of a kind, oldest first."""
        return [row for row in self._known.values() if row.kind == kind and row.cleared_at is None]

    def is_known(self, kind: AlertKind, crossing: str) -> bool:
        """Whether that crossing was raised before."""
        return (kind, crossing) in self._known

    def raise_(
        self,
        kind: AlertKind,
        crossing: str,
        at: datetime,
        figures: AlertFigures,
        *,
        level: int | None = None,
        subscription_id: int | None = None,
    ) -> None:
        """Raise the crossing, unless it was raised before."""
        if self.is_known(kind, crossing):
            return
        row = AlertRow(
            account_id=self._account.id,
            kind=kind,
            crossing=crossing,
            level=level,
            subscription_id=subscription_id,
            currency=self._account.currency,
            figures=figures.model_dump(mode="json", exclude_none=True),
            raised_at=at,
        )
        self._session.add(row)
        self._session.flush()
        self._known[kind, crossing] = row
        self._changes.append(Change(at, "raised", row))

    def clear(self, row: AlertRow, at: datetime, by: ClearedBy) -> None:
        """The all-clear, never before the alert itself."""
        row.cleared_at, row.cleared_by = max(at, row.raised_at), by
        self._changes.append(Change(row.cleared_at, "cleared", row))
