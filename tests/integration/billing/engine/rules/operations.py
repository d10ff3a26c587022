"""The clock, the catalogue, and what else an operator does."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.integration.billing.engine.base import EngineBase, accounts, fault
from tests.integration.billing.engine.model.sold import TEXTS

steps = st.one_of(st.integers(1, 3600), st.integers(1, 40 * 24).map(lambda hours: hours * 3600))


class OperationRules(EngineBase):
    @rule(seconds=steps)
    def time_passes(self, seconds):
        self.clock.forward(seconds=seconds)

    @rule(data=st.data(), just_before=st.booleans())
    def time_passes_to_where_something_changes(self, data, just_before):
        """The very instant of a period's or a voucher's end, or the last one before it."""
        edges = set()
        for account in self.world.accounts.values():
            edges |= {voucher.expires for voucher in account.credits.vouchers}
            for row in account.life.rows:
                edges |= {row.start, row.end, row.whole_end, *(until for _, until in row.pauses)}
        ahead = sorted(edge for edge in edges if edge is not None and edge > self.now)[:3]
        if ahead:
            instant = data.draw(st.sampled_from(ahead)) - timedelta(microseconds=just_before)
            self.clock.set(max(instant, self.now))

    @rule(name=st.sampled_from(sorted(TEXTS)), fault=fault)
    def load_a_catalogue(self, name, fault):
        self.load(name, fault)
        self.nothing_was_posted()

    @rule(account=accounts, tier=st.sampled_from(["basic", "standard", "premium"]), fault=fault)
    def move_support(self, account, tier, fault):
        self.attempt(
            lambda: setattr(self.of(account), "support", tier),
            lambda: self.billing.set_support_tier(account, tier),
            fault,
            again="done twice",
        )
        self.audited("support.set", account, twice=self.lost)
