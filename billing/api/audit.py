"""The audit trail."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from billing.api.door import Door
from billing.audit import service as audit
from billing.audit.schemas import AuditEntry


class AuditDoor(Door):
    """Who changed what."""

    def record_change(
        self,
        session: Session,
        *,
        actor: str,
        action: str,
        subject: str,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        """Write a change of what is kept in tables beside billing's, in the caller's transaction on `database`.

        What the names are: `billing.audit.service.record`.
        """
        audit.record(session, actor=actor, action=action, subject=subject, at=self._now(), before=before, after=after)

    def audit_trail(
        self,
        *,
        subject: str | None = None,
        actor: str | None = None,
        action: str | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> list[AuditEntry]:
        """The newest changes first, of one subject, actor or action (`plan`: every `plan.…`) or of all.

        `before`: those older than the entry of that id.
        """
        with self._database.snapshot() as session:
            rows = audit.trail(session, subject=subject, actor=actor, action=action, before=before, limit=limit)
            return [
                AuditEntry(
                    id=row.id,
                    at=row.at,
                    actor=row.actor,
                    action=row.action,
                    subject=row.subject,
                    before=row.before,
                    after=row.after,
                )
                for row in rows
            ]
