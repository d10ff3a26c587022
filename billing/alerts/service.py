"""Looking at an account: raise each crossing once, however often, late or at once anything looks.

A look holds the account's lock and goes on from where the last one ended (`AlertWatch.position`), in one transaction
with the alerts and with what tells of them. Two looks at once wait for each other, and the second finds nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.alerts import announcing
from billing.alerts.history import Holdings, Moment, moments
from billing.alerts.log import AlertLog
from billing.alerts.models import AlertRow, AlertWatch
from billing.alerts.plans import PlanAlerts, next_ending
from billing.alerts.schemas import AlertFigures, AlertsChanged
from billing.catalogue import service as catalogues
from billing.errors import CatalogueMissing
from billing.ledger.models import LedgerTransaction
from billing.money import Money

LONGEST_UNSEEN = timedelta(hours=1)
"""After this long an account is looked at though nothing seems to have happened."""
_KEPT = timedelta(days=90)
"""How long after a plan's end its use is remembered; after that it is summed again when asked."""


def check(session: Session, account_id: str, at: datetime, channels: Collection[str] = ()) -> AlertsChanged:
    """Raise and clear what happened to the account until `at`; `channels` are the outbox destinations told of it.

    Raises:
        AccountNotFound: no account has that id.
    """
    account = accounts.lock(session, account_id)
    watch = watch_of(session, account)
    at = max(at, watch.checked_at)
    log, holdings = AlertLog(session, account), Holdings.of(session, account_id)
    plan_alerts = PlanAlerts(session, account, watch, holdings.subscriptions, log)
    limit, position = threshold(session, account, watch), watch.position
    found = moments(session, account_id, holdings, position=position, since=watch.checked_at, until=at)
    for moment in found:
        _balance(log, watch, account, limit, moment)
        plan_alerts.use(moment)
        position, at = moment.position, moment.at
    plan_alerts.raise_endings(at)
    plan_alerts.clear(at)
    _remember(watch, holdings, plan_alerts, position, at)
    announcing.announce(session, account, watch, log.changes, channels, at)
    raised = sum(change.what == "raised" for change in log.changes)
    return AlertsChanged(raised=raised, cleared=len(log.changes) - raised)


def _balance(log: AlertLog, watch: AlertWatch, account: AccountRow, limit: Money, moment: Moment) -> None:
    """Below the threshold: raised once. A tenth above it: cleared, so that a balance about it does not flicker."""
    if watch.armed and moment.available < limit.units:
        watch.armed = False
        figures = AlertFigures(available=Money(moment.available, account.currency), threshold=limit)
        log.raise_("low_balance", f"{moment.position}@{moment.at.isoformat()}", moment.at, figures)
    elif not watch.armed and moment.available * 10 >= limit.units * 11:
        watch.armed = True
        for alert in log.open("low_balance"):
            log.clear(alert, moment.at, "balance_restored")


def _remember(watch: AlertWatch, holdings: Holdings, plan_alerts: PlanAlerts, position: int, at: datetime) -> None:
    rows = holdings.subscriptions
    recent = {row.ref for row in rows if row.ends_at + _KEPT > at}
    watch.used = {ref: units for ref, units in plan_alerts.used.items() if ref in recent}
    watch.position, watch.checked_at = position, at
    ahead = [instant for instant in holdings.turning_points() if instant > at]
    watch.next_at = min([*ahead, *next_ending(rows, at)], default=None)


def watch_of(session: Session, account: AccountRow) -> AlertWatch:
    """The account's watch; a new one looks from the account's first day. The caller holds the account's lock."""
    watch = session.get(AlertWatch, account.id)
    if watch is None:
        watch = AlertWatch(
            account_id=account.id,
            began_at=account.created_at,
            checked_at=account.created_at,
            position=0,
            armed=False,
            used={},
        )
        session.add(watch)
        session.flush()
    return watch


def threshold(session: Session, account: AccountRow, watch: AlertWatch | None) -> Money:
    """Below this the balance is low: what was set for the account, or the catalogue's smallest top-up."""
    if watch is not None and watch.low_balance is not None:
        return Money(watch.low_balance, account.currency)
    try:
        return Money.of(catalogues.current(session).top_up.minimum[account.currency], account.currency)
    except CatalogueMissing:
        return Money.zero(account.currency)


def due(session: Session, at: datetime) -> list[str]:
    """The accounts to look at: those never looked at, posted to since, past an instant that counts, or long unseen."""
    posted = sa.select(LedgerTransaction.id).where(
        LedgerTransaction.owner == AccountRow.id, LedgerTransaction.id > AlertWatch.position
    )
    query = (
        sa.select(AccountRow.id)
        .outerjoin(AlertWatch, AlertWatch.account_id == AccountRow.id)
        .where(
            sa.or_(
                AlertWatch.account_id.is_(None),
                AlertWatch.next_at <= at,
                AlertWatch.checked_at <= at - LONGEST_UNSEEN,
                posted.exists(),
            )
        )
    )
    return list(session.scalars(query.order_by(AccountRow.id)))


def of_account(session: Session, account_id: str, *, only_open: bool, limit: int) -> list[AlertRow]:
    """The account's alerts, newest first."""
    query = sa.select(AlertRow).where(AlertRow.account_id == account_id)
    if only_open:
        query = query.where(AlertRow.cleared_at.is_(None))
    return list(session.scalars(query.order_by(AlertRow.raised_at.desc(), AlertRow.id.desc()).limit(limit)))


def has_untold(session: Session, account_id: str, conversation: str) -> bool:
    """Whether an open alert was told by no other conversation."""
    asked = {"account": account_id, "conversation": conversation}
    return session.connection().execute(_ANY_UNTOLD, asked).first() is not None


def tell(session: Session, account_id: str, conversation: str, at: datetime) -> list[AlertRow]:
    """The open alerts that no other conversation told, the gravest of each; this conversation has told them all.

    Asked again by the same conversation, the same: its first message may have to be answered again.
    """
    accounts.lock(session, account_id)
    query = sa.select(AlertRow).where(*_UNTOLD).order_by(AlertRow.raised_at, AlertRow.id)
    rows = list(session.scalars(query, {"account": account_id, "conversation": conversation}))
    for row in rows:
        row.told_at, row.told_in = row.told_at or at, conversation
    return announcing.gravest(rows)


_UNTOLD = (
    AlertRow.account_id == sa.bindparam("account"),
    AlertRow.cleared_at.is_(None),
    sa.or_(AlertRow.told_in.is_(None), AlertRow.told_in == sa.bindparam("conversation")),
)
_ANY_UNTOLD = sa.select(AlertRow.id).where(*_UNTOLD).limit(1)
