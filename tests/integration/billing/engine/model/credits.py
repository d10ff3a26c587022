"""Top-up credit, vouchers and their codes, in fractions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from tests.integration.billing.engine.model.sold import DIGITS, Shop, refuse

HOUR, LATE = timedelta(hours=1), timedelta(days=34)
GUESSES = 10


def coins(amount: Fraction, currency: str) -> int:
    """Of the smallest coin, half up."""
    return (amount * 10 ** DIGITS[currency] + Fraction(1, 2)).__floor__()


def coin(amount: Fraction, currency: str) -> Fraction:
    """To the smallest coin, half up."""
    return Fraction(coins(amount, currency), 10 ** DIGITS[currency])


def pay_by_card(amount: Fraction, currency: str) -> None:
    """The test card declines what ends in 13."""
    refuse(coins(amount, currency) % 100 == 13, "payment_declined")


@dataclass(eq=False)
class Voucher:
    amount: Fraction
    given: datetime
    expires: datetime | None
    services: list[str]
    left: Fraction = field(init=False)
    revoked: datetime | None = None
    number: str = ""

    def __post_init__(self) -> None:
        self.left = self.amount

    def is_good(self, at: datetime) -> bool:
        ends = [moment for moment in (self.expires, self.revoked) if moment is not None]
        return self.given <= at and all(at < end for end in ends)

    def status(self, now: datetime) -> str:
        if self.revoked is not None:
            return "revoked"
        if self.expires is not None and self.expires <= now:
            return "expired"
        return "active" if self.left else "used_up"


@dataclass(eq=False)
class Code:
    text: str
    amount: Fraction
    currency: str
    uses: int
    made: datetime
    expires: datetime | None
    valid_days: int | None
    services: list[str]
    minimum: Fraction
    revoked: bool = False
    redeemed: set[str] = field(default_factory=set)
    number: str = ""


@dataclass(eq=False)
class TopUp:
    amount: Fraction
    completed: datetime | None
    spent_on_a_code: bool = False
    number: str = ""


class Credits:
    """Of one account, but for its plans."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.top_up = self.owed = Fraction(0)
        self.top_ups: list[TopUp] = []
        self.vouchers: list[Voucher] = []
        self.wrong_tries: list[datetime] = []

    @property
    def pending(self) -> Fraction:
        return sum((top_up.amount for top_up in self.top_ups if top_up.completed is None), Fraction(0))

    def voucher_left(self, at: datetime) -> Fraction:
        return sum((voucher.left for voucher in self.vouchers if voucher.is_good(at)), Fraction(0))

    def recharge(self, shop: Shop, amount: Fraction, method: str, now: datetime) -> TopUp:
        bounds = shop.present["top_up"]
        refuse(amount > Fraction(bounds["maximum"][self.currency]), "amount_too_large")
        refuse(amount < Fraction(bounds["minimum"][self.currency]), "amount_too_small")
        if method != "bank_transfer":
            pay_by_card(amount, self.currency)
        made = TopUp(amount, None)
        self.top_ups.append(made)
        if method != "bank_transfer":
            self.complete(made, now)
        return made

    def complete(self, top_up: TopUp, now: datetime) -> None:
        """What is owed is paid first."""
        if top_up.completed is None:
            top_up.completed = now
            paid = min(self.owed, top_up.amount)
            self.owed, self.top_up = self.owed - paid, self.top_up + top_up.amount - paid
            self.top_ups.remove(top_up)  # in the order in which they were completed
            self.top_ups.append(top_up)

    def adjust(self, amount: Fraction) -> None:
        refuse(self.top_up + amount < 0, "credit_insufficient")
        self.top_up += amount

    def give(self, amount: Fraction, now: datetime, expires: datetime | None, services: list[str]) -> Voucher:
        voucher = Voucher(amount, now, expires, services)
        self.vouchers.append(voucher)
        return voucher

    def redeem(self, account: str, code: Code | None, now: datetime) -> Voucher:
        tries = [moment for moment in self.wrong_tries if moment > now - HOUR]
        refuse(len(tries) >= GUESSES, "voucher_tries_exceeded")
        refuse(code is None, "voucher_unknown")
        refuse(account in code.redeemed, "voucher_already_redeemed")
        refuse(code.revoked, "voucher_revoked")
        refuse(code.expires is not None and code.expires <= now, "voucher_expired")
        refuse(len(code.redeemed) >= code.uses, "voucher_used_up")
        refuse(code.currency != self.currency, "voucher_currency_mismatch")
        if code.minimum:
            good = [
                t
                for t in self.top_ups
                if t.completed and t.completed >= code.made and t.amount >= code.minimum and not t.spent_on_a_code
            ]
            refuse(not good, "voucher_top_up_needed")
            min(good, key=lambda top_up: top_up.amount).spent_on_a_code = True
        code.redeemed.add(account)
        expires = code.expires if code.valid_days is None else now + timedelta(days=code.valid_days)
        return self.give(code.amount, now, expires, code.services)

    def revoke(self, voucher: Voucher, now: datetime) -> None:
        if voucher.revoked is None:
            voucher.revoked, voucher.left = now, Fraction(0)

    def expire(self, now: datetime) -> int:
        """Post out what is left once no use can come any more that it would have paid for."""
        over = [v for v in self.vouchers if v.expires is not None and v.expires <= now - LATE and v.left]
        for voucher in over:
            voucher.left = Fraction(0)
        return len(over)

    def pay(self, owing: Fraction, service: str, at: datetime) -> None:
        """Vouchers in scope, soonest expiry first; top-up credit; what is owed."""
        for voucher in self._in_order(service, at):
            taken = min(owing, voucher.left)
            voucher.left, owing = voucher.left - taken, owing - taken
        taken = min(owing, self.top_up)
        self.top_up, self.owed = self.top_up - taken, self.owed + owing - taken

    def _in_order(self, service: str, at: datetime) -> Iterator[Voucher]:
        good = [v for v in self.vouchers if v.is_good(at) and (not v.services or service in v.services)]
        return iter(sorted(good, key=lambda v: (v.expires is None, v.expires or at)))
