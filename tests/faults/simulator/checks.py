"""What must hold: of one account after each operation on it, of the whole ledger now and then."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from billing.money import SCALE
from tests.faults.simulator.operation import Operation
from tests.integration.billing.engine.machine import Engine

_KEPT = "SELECT kind, sum(balance) FROM ledger_account WHERE owner = ? GROUP BY kind"
_BY_CURRENCY = (
    "SELECT a.currency, sum(e.units) FROM ledger_entry e JOIN ledger_account a ON a.id = e.ledger_account_id GROUP BY 1"
)
_CAME = "SELECT ref, currency, -sum(balance) FROM ledger_account WHERE kind = 'clearing' GROUP BY 1, 2"


class Checks:
    """Of one world. The comparisons of whole figures are the ones of the Hypothesis machine."""

    def __init__(self, world: Any) -> None:
        self._world = world

    def kept(self, operation: Operation | None) -> None:
        """The balances kept of the accounts that it touches, or of all, are the model's."""
        named = operation and (operation.touches or (operation.account and (operation.account,)))
        for name in named or self._world.model.accounts:
            kept = dict(self._world.raw.execute(_KEPT, [name]).fetchall())
            of = self._world.model.accounts[name].credits
            told = {kind: Fraction(kept.get(kind) or 0, 10**SCALE) for kind in ("top_up", "owed", "voucher")}
            said = {"top_up": of.top_up, "owed": -of.owed, "voucher": sum(v.left for v in of.vouchers)}
            assert told == said, f"{name}: {_plain(told)}, the model says {_plain(said)}"

    def whole(self) -> None:
        """Every figure, every invariant, and money in against money kept and spent."""
        self._world.answer_all()
        self.kept(None)
        broken = self._world.billing.verify_ledger()
        assert not broken, f"broken: {broken}"
        self._nothing_is_made_or_lost()
        engine = SimpleNamespace(world=self._world.model, billing=self._world.billing, now=self._world.now)
        engine._invoice_is_the_models = lambda *told: Engine._invoice_is_the_models(engine, *told)
        Engine.balances_are_the_models(engine)
        Engine.periods_are_the_models(engine)
        Engine.invoices_are_the_models(engine)
        Engine.vouchers_are_the_models(engine)

    def _nothing_is_made_or_lost(self) -> None:
        sums = dict(self._world.raw.execute(_BY_CURRENCY).fetchall())
        assert not any(sums.values()), f"postings sum to {sums}"
        came = {(ref, currency): units for ref, currency, units in self._world.raw.execute(_CAME).fetchall() if units}
        for ref, expected in (("wallet", self._at_the_provider()), ("bank_transfer", self._transferred())):
            told = {currency: units for (found, currency), units in came.items() if found == ref}
            assert told == expected, f"by {ref} came {told}, should {expected}"

    def _at_the_provider(self) -> dict[str, int]:
        """Paid and heard of, less what was asked to go back."""
        units, raw = defaultdict(int), self._world.raw
        credited = {r for (r,) in raw.execute("SELECT reference FROM payment WHERE state = 'succeeded'")}
        for reference in credited:
            received = self._world.wallet.intents[reference].received
            units[received.currency] += received.units
        for currency, sent in raw.execute(
            "SELECT currency, sum(amount) FROM refund WHERE state <> 'failed' GROUP BY 1"
        ):
            units[currency] -= sent
        return {currency: total for currency, total in units.items() if total}

    def _transferred(self) -> dict[str, int]:
        units: dict[str, int] = defaultdict(int)
        for account in self._world.model.accounts.values():
            units[account.currency] += sum(int(amount * 10**SCALE) for amount in self._world.transferred[account.name])
        return {currency: total for currency, total in units.items() if total}


def _plain(figures: dict[str, Fraction]) -> dict[str, float]:
    return {name: float(figure) for name, figure in figures.items()}
