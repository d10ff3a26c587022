"""Who is calling, as a short-lived signed note that the gateway writes and the actions open.

A tracker's metadata can be forged by whoever reaches an action server or one of Rasa's stock channels, so an
identity in it counts only with the signature of this deployment, and only for the message it was written for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt

_AUDIENCE = "billing-actions"
_LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Caller:
    """The verified caller of one message; `account` is None for an anonymous visitor.

    `message` is the id of the message, the root of every idempotency key of what it causes.
    """

    account: str | None
    user: str | None
    conversation: str
    message: str


def seal(caller: Caller, secret: str) -> str:
    """The note, good for ten minutes."""
    claims = {
        "account": caller.account,
        "user": caller.user,
        "conversation": caller.conversation,
        "message": caller.message,
        "aud": _AUDIENCE,
        "exp": datetime.now(UTC) + _LIFETIME,
    }
    return jwt.encode(claims, secret, algorithm="HS256")


def unseal(note: str, secret: str) -> Caller | None:
    """The caller, or None when the note is not ours, was changed or is too old."""
    try:
        claims = jwt.decode(note, secret, algorithms=["HS256"], audience=_AUDIENCE, options={"require": ["exp"]})
    except jwt.InvalidTokenError:
        return None
    return Caller(claims["account"], claims["user"], claims["conversation"], claims["message"])
