"""What every rule stands on: billing on a database of its own, the model beside it, and the one way to change both."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule
from structlog.testing import capture_logs

from billing.api import Billing
from billing.config import Settings
from billing.errors import BillingError
from tests.builders.clock import SettableClock, at
from tests.builders.databases import dump
from tests.builders.faults import Fault, Faults, faults
from tests.integration.billing.engine.model.account import Account, World
from tests.integration.billing.engine.model.alerts import Alerts
from tests.integration.billing.engine.model.sold import TEXTS, Refused

ZONES = ["Asia/Tokyo", "Asia/Seoul", "Asia/Ho_Chi_Minh", "America/Los_Angeles", "America/New_York", "UTC"]
STARTS = [
    "2026-01-31T15:30",  # February in Tokyo, January elsewhere
    "2026-03-08T06:59:59",  # just before New York's clocks go forward
    "2026-10-01T06:30",  # a month before that hour comes twice in New York
    "2026-11-01T06:30",  # the second half past one in New York
    "2026-12-31T14:59:59",  # the year's last second in Tokyo
    "2028-02-29T08:00",  # midnight of a leap day in Los Angeles
]
NAMES = ("acme", "sakura")
accounts = st.sampled_from(NAMES)
fault = faults("before", "after", "killed", "before_commit", "killed_at_commit", "after_commit")
ONLY_POSTGRESQL = {"killed": "before", "killed_at_commit": "before_commit"}
"""SQLite has no connection that a server ends; a process that is killed is in `test_crashes`."""


@dataclass(frozen=True)
class Done:
    """A call under a key: made again it says the same and does nothing; on other terms the key is refused."""

    call: Callable[[], Any]
    told: Any
    said: Callable[[Any], Any] = lambda told: told
    other: Callable[[], Any] | None = None
    code: str = ""


class EngineBase(RuleBasedStateMachine):
    address: Callable[[ExitStack, Path], str]
    done = Bundle("done")

    @initialize(
        zones=st.tuples(st.sampled_from(ZONES), st.sampled_from(ZONES)),
        currencies=st.tuples(st.sampled_from(["USD", "JPY", "KRW"]), st.sampled_from(["USD", "JPY", "KRW"])),
        start=st.sampled_from(STARTS),
    )
    def open(self, zones, currencies, start):
        self.stack, self.world, self._keys, self.steps = ExitStack(), World(), count(1), count()
        folder = Path(self.stack.enter_context(TemporaryDirectory(prefix="engine-")))
        self.clock = SettableClock(at(start))
        settings = Settings(database_url=type(self).address(self.stack, folder))
        self.billing = Billing.open(settings, clock=self.clock)
        self.stack.callback(self.billing.close)
        self.faults = Faults(self.billing.database.engine)
        self.load("plain")
        for name, zone, currency in zip(NAMES, zones, currencies, strict=True):
            self.billing.create_account(name, name=name, currency=currency, time_zone=zone)
            self.world.accounts[name] = Account(name, currency, zone)
            self.world.alerts[name] = Alerts(self.of(name), self.now)
            self.audited("account.create", name)

    def teardown(self):
        if hasattr(self, "stack"):
            self.stack.close()

    @property
    def now(self) -> datetime:
        return self.clock.now

    def of(self, account: str) -> Account:
        return self.world.accounts[account]

    def key(self) -> str:
        return f"key-{next(self._keys)}"

    def load(self, name: str, fault: Fault | None = None) -> None:
        def loaded():
            return self.billing.load_catalogue_text(TEXTS[name])

        self.attempt(lambda: self.world.shop.load(name, self.now), loaded, fault, again="done twice")
        self.audited("catalogue.load", "catalogue", twice=self.lost)

    def nothing_was_posted(self) -> None:
        """What changed shows in no posting: alerts may notice it an hour late."""
        self.clock.forward(hours=1)

    def audited(self, action: str, subject: str, *, twice: bool = False) -> None:
        self.world.audit += [(action, subject)] * (1 + twice)

    def attempt(
        self,
        expect: Callable[[], Any],
        call: Callable[[], Any],
        fault: Fault | None = None,
        *,
        again: str = "same",
        whole: bool = True,
        fault_if_refused: bool = True,
    ) -> tuple[Any, Any] | None:
        """Do it in the model and in billing: what both say of it, or None where both refuse for the same reason.

        After a fault nothing of it was done, or all; then the same call is made again, and it is done once. What has
        no key is refused with the code `again` when all was done before, or is an act of its own (`done twice`).
        Where it is several transactions it is not `whole`: each of them is.
        """
        kept, self.refused, expected = copy.deepcopy(self.world), None, None
        try:
            expected = expect()
        except Refused as refusal:
            self.world, self.refused = kept, refusal.code
        if self.refused and not fault_if_refused:
            fault = None
        try:
            told = self._once(call, fault, again, whole=whole)
        except BillingError as error:
            assert error.code == self.refused, f"{error.code}, the model says {self.refused}"
            return None
        assert self.refused is None, f"done, the model says {self.refused}"
        return expected, told

    def _once(self, call: Callable[[], Any], fault: Fault | None, again: str, *, whole: bool) -> Any:
        self.lost = False
        if fault is None:
            return call()
        if self.billing.database.engine.dialect.name == "sqlite":
            fault = Fault(ONLY_POSTGRESQL.get(fault.kind, fault.kind), fault.statement)
        before = dump(self.billing)
        with capture_logs():  # of what it catches and tells
            told = self.faults.strike(fault, call)
        if not self.faults.fired:
            return told
        after, self.lost = dump(self.billing), self.faults.committed
        assert not whole or self.lost or after == before, f"half of it was done: {changed(before, after)}"
        if self.lost and again not in {"same", "done twice"}:
            self.assert_refused(call, again)
            return None
        told = call()
        if whole and self.lost and again == "same":
            assert dump(self.billing) == after, f"done twice: {changed(after, dump(self.billing))}"
        return told

    def assert_refused(self, call: Callable[[], Any], code: str) -> None:
        with pytest.raises(BillingError) as refusal:
            call()
        assert refusal.value.code == code

    @rule(done=done)
    def repeat(self, done):
        before = dump(self.billing)
        assert done.said(done.call()) == done.said(done.told)
        if done.other is not None:
            self.assert_refused(done.other, done.code)
        assert dump(self.billing) == before


def changed(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> list[str]:
    return [name for name in before if before[name] != after[name]]
