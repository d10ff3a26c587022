"""Operators as the console and the commands see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from pydantic import BaseModel

Role = Literal["support", "finance", "admin"]
Language = Literal["en", "ja", "ko"]
ROLES: tuple[Role, ...] = get_args(Role)


class Operator(BaseModel):
    """An operator; never the password's hash."""

    name: str
    role: Role
    language: Language
    created_at: datetime
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whoever a session belongs to. `csrf` is what each of its forms must carry."""

    name: str
    role: Role
    language: Language
    csrf: str
    session: str
    confirmed_at: datetime

    @property
    def actor(self) -> str:
        """The name that the audit trail has."""
        return f"operator:{self.name}"
