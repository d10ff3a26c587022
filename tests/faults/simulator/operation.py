"""Something that a chatter, a meter or an operator wants done, and how the model says that it goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.integration.billing.engine.model.account import Account


@dataclass(eq=False)
class Operation:
    """`expect` does it in the model of the account, or refuses; `call` does it in billing.

    `said`: what of an answer is the same however often it is given. `again`: the code of a repeat that is refused
    because it was done. `tolerates`: refusals that say nothing about what was done. `learn` is told the first answer
    and what the model made.
    """

    name: str
    account: str | None
    call: Callable[[], Any]
    expect: Callable[[Account], Any]
    said: Callable[[Any], Any] = lambda told: None
    again: str | None = None
    learn: Callable[[Any, Any], None] = lambda told, made: None
    check: Callable[[Any, Any, bool], None] = lambda told, made, repeated: None
    tolerates: frozenset[str] = frozenset()
    other: Callable[[], Any] | None = None
    other_code: str = ""
    touches: tuple[str, ...] = ()  # accounts, where it is not the one; none and no account: any
    parts: bool = False  # several transactions: the fault is in its first try, and it goes on by itself
    unsafe: Callable[[], bool] = lambda: False  # what a fault leaves of it cannot be told: it gets none
    copies: bool = False  # the model may have changed something when it refuses: it is asked on a copy
    counts_refusals: Callable[[Account, str], None] = lambda account, code: None
    applied: bool = field(default=False, init=False)
    made: Any = field(default=None, init=False)
    told: Any = field(default=None, init=False)
    acknowledged: bool = field(default=False, init=False)

    @property
    def is_keyed(self) -> bool:
        return self.other is not None
