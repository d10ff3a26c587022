"""The audit trail."""

from __future__ import annotations

from billing.api.door import Door
from billing.audit import service as audit
from billing.audit.schemas import AuditEntry


class AuditDoor(Door):
    """Who changed what."""

    def audit_trail(
        self, *, subject: str | None = None, before: int | None = None, limit: int = 100
    ) -> list[AuditEntry]:
        """The newest changes first, of one subject or of all; `before`: those older than the entry of that id."""
        with self._database.snapshot() as session:
            rows = audit.trail(session, subject=subject, before=before, limit=limit)
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
