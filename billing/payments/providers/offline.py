"""The bank, and a test card: no other machine is asked."""

from __future__ import annotations

from typing import Literal

from billing.errors import PaymentDeclined
from billing.money import Money
from billing.schemas import Settles


class BankTransfer:
    """The customer transfers the amount with a reference; an operator confirms that it came."""

    name = "bank_transfer"
    settles: Settles = "after_transfer"

    def pay(self, amount: Money) -> Literal["completed", "pending"]:
        """Always pending: nothing moved yet."""
        return "pending"


class TestCard:
    """A card and e-wallet provider for trying things: no money moves. Amounts that end in 13 are declined.

    `13` are the last two digits of the amount in the currency's smallest coin: 25.13 USD, 3,013 JPY.
    """

    __test__ = False  # not a test case, whatever pytest thinks of the name
    name = "test_card"
    settles: Settles = "now"

    def pay(self, amount: Money) -> Literal["completed", "pending"]:
        """At once, unless the amount ends in 13."""
        if amount.plain().replace(".", "").endswith("13"):
            raise PaymentDeclined
        return "completed"
