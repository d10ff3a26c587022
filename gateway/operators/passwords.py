"""Passwords: hashed with argon2id, compared in the same time whether or not there is anything to compare with."""

from __future__ import annotations

import secrets
from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gateway.errors import Problem

SHORTEST, LONGEST = 12, 200
"""Characters of a password."""
AT_ONCE = 2
"""Hashes made at a time, 64 MiB each: many sign-ins at once wait, and do not take the memory of the process."""

_hasher = PasswordHasher()
_turn = BoundedSemaphore(AT_ONCE)


def hashed(password: str) -> str:
    """An argon2id hash with a salt of its own.

    Raises:
        Problem: 422 `password_invalid`, too short or too long.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise Problem(422, "password_invalid", f"A password has {SHORTEST} to {LONGEST} characters.")
    with _turn:
        return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether the hash is of the password; with nothing kept, False after the same work."""
    nobodys = _nobodys()
    with _turn:
        try:
            return _hasher.verify(kept or nobodys, password[:LONGEST]) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def outdated(kept: str) -> bool:
    """Whether it was made with other parameters than those of now."""
    return _hasher.check_needs_rehash(kept)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _hasher.hash(secrets.token_urlsafe())
