"""What each role may see and do: the one table that decides. What is not in it nobody may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeVar, get_args

from gateway.operators.schemas import Role

Permission = Literal[
    "start",
    "requests.read",
    "requests.answer",
    "accounts.read",
    "offers.read",
    "offers.write",
    "transfers.read",
    "transfers.confirm",
    "payments.read",
    "payments.refund",
    "credit.propose",
    "credit.approve",
    "conversations.read",
    "conversations.reveal",
    "handoffs",
    "unsure",
    "deflection",
    "outbox.read",
    "outbox.retry",
    "audit",
    "exports",
    "privacy",
]
_EVERYBODY: frozenset[Role] = frozenset({"support", "finance", "admin"})
_SUPPORT: frozenset[Role] = frozenset({"support", "admin"})
_FINANCE: frozenset[Role] = frozenset({"finance", "admin"})
_ADMIN: frozenset[Role] = frozenset({"admin"})

MAY: dict[Permission, frozenset[Role]] = {
    "start": _EVERYBODY,
    "requests.read": _EVERYBODY,
    "requests.answer": _EVERYBODY,
    "accounts.read": _EVERYBODY,
    "offers.read": _EVERYBODY,
    "offers.write": _FINANCE,
    "transfers.read": _FINANCE,
    "transfers.confirm": _FINANCE,
    "payments.read": _FINANCE,
    "payments.refund": _FINANCE,
    "credit.propose": _FINANCE,
    "credit.approve": _FINANCE,
    "conversations.read": _SUPPORT,
    "conversations.reveal": _ADMIN,
    "handoffs": _SUPPORT,
    "unsure": _SUPPORT,
    "deflection": _EVERYBODY,
    "outbox.read": _SUPPORT,
    "outbox.retry": _ADMIN,
    "audit": _ADMIN,
    "exports": _FINANCE,
    "privacy": _ADMIN,
}
assert MAY.keys() == set(get_args(Permission))

Page = TypeVar("Page", bound=Callable[..., object])
_NEEDS = "console_needs"
_MONEY = "console_moves_money"
_PASSIVE = "console_asks_by_itself"


def may(permission: Permission, *, money: bool = False, passive: bool = False) -> Callable[[Page], Page]:
    """Say what a page needs. `money`, or what is as grave: the password again before it is done.

    `passive`: no sign of a person.
    """

    def marked(page: Page) -> Page:
        for name, value in ((_NEEDS, permission), (_MONEY, money), (_PASSIVE, passive)):
            setattr(page, name, value)
        return page

    return marked


def allowed(role: Role, permission: Permission | None) -> bool:
    """Whether the role may do it; never where nothing was said."""
    return permission is not None and role in MAY[permission]


def needed(page: object) -> Permission | None:
    """What the page needs; None where nothing was said, which nobody has."""
    permission: Permission | None = getattr(page, _NEEDS, None)
    return permission


def moves_money(page: object) -> bool:
    """Whether the password is asked for again."""
    return bool(getattr(page, _MONEY, False))


def is_passive(page: object) -> bool:
    """Whether it is asked for by a page, and not by a person."""
    return bool(getattr(page, _PASSIVE, False))
