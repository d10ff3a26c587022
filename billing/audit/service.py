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
    session: Session, *, subject: str | None = None, before: int | None = None, limit: int = 100
) -> list[AuditRow]:
    """The newest changes first, of one subject or of all; only those older than the row `before`."""
    query = sa.select(AuditRow).order_by(AuditRow.id.desc()).limit(limit)
    if subject is not None:
        query = query.where(AuditRow.subject == subject)
    if before is not None:
        query = query.where(AuditRow.id < before)
    return list(session.scalars(query))
