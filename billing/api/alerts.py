"""Alerts: looking, listing, telling, and what an account wants to be told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import structlog
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.alerts import preferences
from billing.alerts import service as alerts
from billing.alerts.announcing import EMAIL, WEBHOOK, schema
from billing.alerts.models import AlertWatch
from billing.alerts.schemas import Alert, AlertsChanged, AlertSettings
from billing.api.outbox import OutboxDoor
from billing.audit import service as audit

log = structlog.get_logger()


class AlertsDoor(OutboxDoor):
    """Low balance, plans used up or near their end, and the all-clear."""

    def check_alerts(self, at: datetime | None = None, *, stop: Callable[[], bool] = lambda: False) -> AlertsChanged:
        """Look at every account where something may have crossed: a transaction each, each crossing raised once.

        As of `at`; now, when it is not given. One account's failure is logged and leaves the others looked at. `stop`
        is asked before each account: what is left then is found by the next look.
        """
        moment = at or self._now()
        with self._database.snapshot() as session:
            due = alerts.due(session, moment)
        raised = cleared = 0
        for account_id in due:
            if stop():
                break
            try:
                changed = self._look(account_id, moment)
            except Exception:
                log.exception("alerts not looked at", account=account_id)
                continue
            raised, cleared = raised + changed.raised, cleared + changed.cleared
        return AlertsChanged(raised=raised, cleared=cleared)

    def _look(self, account_id: str, at: datetime) -> AlertsChanged:
        return self._database.run(lambda session: alerts.check(session, account_id, at, self._channels))

    @property
    def _channels(self) -> list[str]:
        return [name for name in (WEBHOOK, EMAIL) if name in self.destinations]

    def alerts(self, account_id: str, *, only_open: bool = True, limit: int = 100) -> list[Alert]:
        """The account's alerts as of the last look, newest first."""
        with self._database.snapshot() as session:
            account = accounts.find(session, account_id)
            rows = alerts.of_account(session, account_id, only_open=only_open, limit=limit)
            return [schema(row, account) for row in rows]

    def has_alerts_to_tell(self, account_id: str, conversation: str) -> bool:
        """Whether `tell_alerts` would look any further."""
        with self._database.snapshot() as session:
            return alerts.has_untold(session, account_id, conversation)

    def tell_alerts(self, account_id: str, conversation: str) -> list[Alert]:
        """What to tell at the start of a conversation: open alerts that none told before, the gravest of each kind.

        They are told once; asked again by the same conversation, they are the same. What is no longer so is cleared.
        """
        if not self.has_alerts_to_tell(account_id, conversation):
            return []
        with self._database.transaction() as session:
            alerts.check(session, account_id, self._now(), self._channels)
            account = accounts.find(session, account_id)
            return [schema(row, account) for row in alerts.tell(session, account_id, conversation, self._now())]

    def alert_settings(self, account_id: str) -> AlertSettings:
        """When the account is told of a low balance, and where."""
        with self._database.snapshot() as session:
            account = accounts.find(session, account_id)
            return preferences.read(session, account, session.get(AlertWatch, account_id))

    def set_alert_settings(
        self, account_id: str, *, low_balance: Decimal | None, email: str | None, actor: str = "operator:cli"
    ) -> AlertSettings:
        """Set both; `low_balance` None: the catalogue's default, zero: never; `email` None: no mail.

        Raises:
            AmountInvalid, AmountTooFine, EmailInvalid: nothing was written.
        """

        def change(session: Session) -> AlertSettings:
            before, after = preferences.change(
                session, account_id, low_balance=low_balance, email=email, at=self._now(), channels=self._channels
            )
            audit.record(
                session,
                actor=actor,
                action="alerts.set",
                subject=account_id,
                at=self._now(),
                before=_audited(before),
                after=_audited(after),
            )
            return after

        return self._database.run(change)


def _audited(told: AlertSettings) -> dict[str, Any]:
    """Without the address: the audit trail is kept for good, and a person may be erased."""
    return told.model_dump(mode="json") | {"email": None if told.email is None else "set"}
