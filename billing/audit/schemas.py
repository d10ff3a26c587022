"""The audit trail as it crosses the door."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from billing.schemas import Schema


class AuditEntry(Schema):
    """Who did what to what, when; what changed, before and after. Times are UTC."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
