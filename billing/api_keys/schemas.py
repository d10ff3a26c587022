"""API keys as they cross the door."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from billing.schemas import Schema

Scope = Literal["usage:write", "operator", "privacy"]


class ApiKey(Schema):
    """What is known of a key; the key itself is not."""

    id: str
    name: str
    scopes: list[Scope]
    created_at: datetime
    revoked_at: datetime | None


class NewApiKey(ApiKey):
    """A key just made: `key` is told this once."""

    key: str
