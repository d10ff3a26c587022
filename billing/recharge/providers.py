"""Who takes the money of a top-up."""

from __future__ import annotations

from typing import Literal, Protocol

from billing.errors import PaymentDeclined, PaymentMethodUnknown
from billing.money import Money
from billing.schemas import Method


class Provider(Protocol):
    """Takes a payment, or lets it be waited for."""

    name: str
    settles: Literal["now", "after_transfer"]

    def pay(self, amount: Money) -> Literal["completed", "pending"]:
        """Take the amount.

        Raises:
            PaymentDeclined: nothing was taken.
        """


class BankTransfer:
    """The customer transfers the amount with a reference; an operator confirms that it came."""

    name = "bank_transfer"
    settles: Literal["now", "after_transfer"] = "after_transfer"

    def pay(self, amount: Money) -> Literal["completed", "pending"]:
        """Always pending: nothing moved yet."""
        return "pending"


class TestCard:
    """A card and e-wallet provider for trying things: no money moves. Amounts that end in 13 are declined.

    `13` are the last two digits of the amount in the currency's smallest coin: 25.13 USD, 3,013 JPY.
    """

    __test__ = False  # not a test case, whatever pytest thinks of the name
    name = "test_card"
    settles: Literal["now", "after_transfer"] = "now"

    def pay(self, amount: Money) -> Literal["completed", "pending"]:
        """At once, unless the amount ends in 13."""
        if amount.plain().replace(".", "").endswith("13"):
            raise PaymentDeclined
        return "completed"


_PROVIDERS: dict[Method, Provider] = {"card": TestCard(), "e_wallet": TestCard(), "bank_transfer": BankTransfer()}
METHODS: list[Method] = list(_PROVIDERS)


def provider_of(method: str) -> Provider:
    """The provider of a payment method.

    Raises:
        PaymentMethodUnknown: not a way to pay here.
    """
    for known, provider in _PROVIDERS.items():
        if known == method:
            return provider
    raise PaymentMethodUnknown(method)
