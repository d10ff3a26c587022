"""What tells of alerts: events for the outbox, written in the transaction that raises and clears them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.alerts import texts
from billing.alerts.log import Change
from billing.alerts.models import AlertRow, AlertWatch
from billing.alerts.schemas import Alert, AlertFigures
from billing.outbox import service as outbox

WEBHOOK, EMAIL = "alert_webhook", "email"
"""Destinations of the outbox."""


def announce(
    session: Session,
    account: AccountRow,
    watch: AlertWatch,
    changes: list[Change],
    channels: Collection[str],
    at: datetime,
) -> None:
    """An event for the webhook a change, in order; an e-mail for what is still so."""
    if WEBHOOK in channels:
        for change in changes:
            kind, body = f"alert.{change.what}", event(change, account)
            outbox.add(session, kind, body, subject=change.alert.id, at=at, destination=WEBHOOK)
    if EMAIL in channels and watch.email is not None:
        for change in worth_a_mail(changes):
            body = {"to": watch.email, **texts.mail(change.what, schema(change.alert, account), account.language)}
            outbox.add(session, f"alert.{change.what}", body, subject=change.alert.id, at=at, destination=EMAIL)


def event(change: Change, account: AccountRow) -> dict[str, Any]:
    """What the webhook is told: the alert as it was at the change."""
    told = schema(change.alert, account).model_dump(mode="json", exclude={"told_at"}, exclude_none=True)
    if change.what == "raised":
        told = {name: value for name, value in told.items() if not name.startswith("cleared")}
    return {**told, "at": change.at.isoformat()}


def worth_a_mail(changes: list[Change]) -> list[Change]:
    """The gravest of what was raised and is still open; the all-clear of what was raised at an earlier look."""
    new = {change.alert.id for change in changes if change.what == "raised"}
    still_open = [c.alert for c in changes if c.what == "raised" and c.alert.cleared_at is None]
    over = [
        c.alert
        for c in changes
        if c.what == "cleared" and c.alert.id not in new and c.alert.cleared_by in {"balance_restored", "plan_renewed"}
    ]
    wanted = {("raised", row.id) for row in gravest(still_open)} | {("cleared", row.id) for row in gravest(over)}
    return [change for change in changes if (change.what, change.alert.id) in wanted]


def gravest(rows: Iterable[AlertRow]) -> list[AlertRow]:
    """One alert a kind and plan: the most used, the fewest days left."""
    found: dict[tuple[str, int | None], AlertRow] = {}
    for row in rows:
        place = (row.kind, row.subscription_id)
        before = found.get(place)
        if before is None or (row.level or 0) * _graver(row) > (before.level or 0) * _graver(row):
            found[place] = row
    return list(found.values())


def _graver(row: AlertRow) -> int:
    return -1 if row.kind == "plan_ending" else 1


def schema(row: AlertRow, account: AccountRow) -> Alert:
    """As it crosses the door, at the time of the account's zone."""
    zone = accounts.zone(account)

    def local(instant: datetime | None) -> datetime | None:
        return None if instant is None else instant.astimezone(zone)

    return Alert.model_validate(
        {
            "id": row.number,
            "account": row.account_id,
            "kind": row.kind,
            "level": row.level,
            "raised_at": local(row.raised_at),
            "cleared_at": local(row.cleared_at),
            "cleared_by": row.cleared_by,
            "told_at": local(row.told_at),
            "figures": AlertFigures.model_validate(row.figures),
        }
    )
