"""Writing and reading the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.audit.models import AuditRow


def record(
    session: Session,
    *,
    actor: str,
    action: str,
    subject: str,
    at: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write a change, in the caller's transaction.

    `actor` is `operator:NAME`, `customer:USER` or `system`; `action` is `noun.verb` (`plan.pause`); `subject` is what
    was changed (`acme`, `R-000012`); `before` and `after` hold what JSON can hold, only what changed.
    """
    session.add(AuditRow(at=at, actor=actor, action=action, subject=subject, before=before, after=after))


def trail(
    session: Session,
    *,
    subject: str | None = None,
    actor: str | None = None,
    action: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[AuditRow]:
    """The newest changes first, of one subject, actor and action or of all; only those older than the row `before`.

    `action` may be a noun alone: `plan` is every `plan.…`.
    """
    query = sa.select(AuditRow).order_by(AuditRow.id.desc()).limit(limit)
    if subject is not None:
        query = query.where(AuditRow.subject == subject)
    if actor is not None:
        query = query.where(AuditRow.actor == actor)
    if action is not None:
        query = query.where(
            sa.or_(AuditRow.action == action, AuditRow.action.startswith(f"{action}.", autoescape=True))
        )
    if before is not None:
        query = query.where(AuditRow.id < before)
    return list(session.scalars(query))
