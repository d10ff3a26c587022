"""One seed's world: accounts, chatters with operations in hand, a clock that jumps, a process that dies."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter, defaultdict, deque
from itertools import count
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs

from billing.api import Billing
from billing.config import Settings
from billing.payments.providers.offline import BankTransfer, TestCard
from billing.payments.providers.ways import Ways
from tests.builders.clock import SettableClock, at
from tests.builders.faults import Fault, Faults
from tests.faults.simulator.checks import Checks
from tests.faults.simulator.database import fast_database
from tests.faults.simulator.operation import Operation
from tests.faults.simulator.operations import choose
from tests.faults.simulator.performing import KINDS, Performing
from tests.faults.simulator.wallet import Wallet
from tests.integration.billing.engine.base import STARTS, ZONES
from tests.integration.billing.engine.model.account import Account
from tests.integration.billing.engine.model.account import World as Model

ACCOUNTS, CHATTERS, REMEMBERED = 24, 12, 8
ABANDONED = {"top up", "use", "correct", "refund", "open the page"}
"""What a chatter may give up; of others the answer names what is compared."""
CURRENCIES = ("USD", "JPY", "KRW")


class World(Performing):
    """Each step draws from luck of its own, by seed and number: left out ones change little of the others."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.seed, self.number, self.model, self.happened = seed, 0, Model(), Counter()
        self.luck = random.Random(seed)
        self.clock, self.wallet = SettableClock(at(self.luck.choice(STARTS))), Wallet()
        self.wallet.meanwhile = self._meanwhile
        self.database = fast_database(folder)
        self.settings = Settings(database_url=self.database.url)
        self.faults = Faults(self.database.engine)
        self.keys, self.history, self.transit, self.topped_up = count(1), deque(maxlen=200), [], {}
        self.pending: dict[int, Operation] = {}
        self.done: dict[int, deque[Operation]] = {n: deque(maxlen=REMEMBERED) for n in range(CHATTERS)}
        self.inside: Operation | None = None
        self.calm, self.standing, self.seen, self.transfers = False, None, {}, []
        self.transferred, self.sent_back, self.counted = defaultdict(list), {}, set()
        self.raw = sqlite3.connect(folder / "billing.db", isolation_level=None)
        self.begin()
        self.checks = Checks(self)
        self._open_accounts()

    def close(self) -> None:
        self.raw.close()
        self.database.close()

    def begin(self) -> None:
        """A process: the first, or after another died. What it kept in memory is gone."""
        self.database.engine.dispose()
        methods = {"card": TestCard(), "e_wallet": self.wallet, "bank_transfer": BankTransfer()}
        self.billing = Billing(self.database, self.settings, self.clock, Ways(methods, self.wallet))

    def _open_accounts(self) -> None:
        self.model.shop.load("plain", self.clock.now)
        for number in range(ACCOUNTS):
            name, currency, zone = f"a{number}", CURRENCIES[number % 3], self.luck.choice(ZONES)
            self.billing.create_account(name, name=name, currency=currency, time_zone=zone)
            self.model.accounts[name] = Account(name, currency, zone)

    @property
    def now(self) -> Any:
        return self.clock.now

    def key(self) -> str:
        return f"key-{next(self.keys)}"

    def step(self, number: int) -> None:
        """One operation, tried once."""
        self.number, self.luck = number, random.Random(self.seed * 1_000_003 + number)
        self.wallet.luck = self.luck
        self.clock.forward(seconds=self.luck.expovariate(1 / 300))
        with capture_logs():  # of what it catches and tells
            self._act()

    def _act(self) -> None:
        chatter = self.luck.randrange(CHATTERS)
        operation = self.pending.pop(chatter, None)
        if operation is not None and operation.name in ABANDONED and self.luck.random() < 0.1:
            self.happened["given up"] += 1  # what was not acknowledged may have been done, or not
            operation = None
        if operation is None and self.done[chatter] and self.luck.random() < 0.12:
            operation = self.luck.choice(self.done[chatter])
            self.happened["sent again"] += 1
        operation = operation or choose(self)
        if operation is not None and not self.perform(operation):
            self.pending[chatter] = operation
        elif operation is not None:
            self.done[chatter].append(operation)

    def answer_all(self) -> None:
        """Everybody who waits sends again, and now nothing goes wrong."""
        self.calm = True
        for chatter, operation in list(self.pending.items()):
            assert self.perform(operation)
            del self.pending[chatter]
        self.calm = False

    def through(self, name: str) -> Any:
        """An operator's command of several transactions, that dies somewhere and is given again."""
        fault = Fault(self.luck.choice(KINDS), self.luck.randint(1, 40))
        if not self.calm and self.luck.random() < 0.5:
            self.faults.strike(fault, getattr(self.billing, name))
        return getattr(self.billing, name)()

    def _meanwhile(self) -> None:
        """Someone else's turn while an operation waits for the provider; then it goes on."""
        operation = self.inside
        if operation is None or self.luck.random() > 0.5:
            return
        if operation.name in {"top up", "refund"}:
            self.apply(operation)  # what it does in the ledger it did before it asked the provider
        self.inside = None
        self.happened["in the middle of another"] += 1
        meanwhile, self.wallet.meanwhile = self.wallet.meanwhile, lambda: None
        try:
            with self.faults.aside():
                other = self.luck.choice([*self.pending.values(), choose(self) or operation])
                if not self.perform(other) and other not in self.pending.values():
                    self.pending[CHATTERS + self.number] = other  # who sent it asks again when everybody does
        finally:
            self.inside, self.wallet.meanwhile = operation, meanwhile
