"""Exact money: scaled integers with an ISO 4217 currency. Never a float."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation, localcontext

from babel.numbers import get_currency_precision

from billing.errors import AmountInvalid, CurrencyMismatch, CurrencyUnknown

SCALE = 8
"""Decimal places kept of the major unit: those of a rate (`RATE_DECIMALS`) and of a quantity (`QUANTITY_DECIMALS`)."""

RATE_DECIMALS = 5
QUANTITY_DECIMALS = 3

CURRENCIES = frozenset({"USD", "JPY", "KRW"})
"""The currencies that accounts may have."""

_MOST = 2**63 - 1
"""Units that a database's 64-bit integer holds: amounts up to 92 thousand million."""

_EXACT = Context(prec=200)
"""Wide enough for every product and amount that is not refused; Decimal's default of 28 digits would round."""


def minor_digits(currency: str) -> int:
    """Decimal places of the smallest coin: 2 for USD, 0 for JPY and KRW (ISO 4217, by Babel's CLDR)."""
    if currency not in CURRENCIES:
        raise CurrencyUnknown(currency)
    return get_currency_precision(currency)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount: `units` of 10**-SCALE of the currency's major unit."""

    units: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in CURRENCIES:
            raise CurrencyUnknown(self.currency)

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str) -> Money:
        """The exact amount in major units.

        Raises:
            AmountInvalid: not a finite number, or finer than the scale holds.
            CurrencyUnknown: the currency is not one that accounts may have.
        """
        try:
            exact = Decimal(amount)
        except (InvalidOperation, ValueError, TypeError) as error:
            raise AmountInvalid(str(amount)) from error
        if not exact.is_finite() or exact.adjusted() > len(str(_MOST)):
            raise AmountInvalid(str(amount))
        with localcontext(_EXACT):
            scaled = exact.scaleb(SCALE)
            if scaled != scaled.to_integral_value() or abs(scaled) > _MOST:
                raise AmountInvalid(str(amount))
            return cls(int(scaled), currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in that currency."""
        return cls(0, currency)

    @classmethod
    def total(cls, amounts: Iterable[Money], currency: str) -> Money:
        """The sum; zero for none."""
        return sum(amounts, cls.zero(currency))

    @property
    def amount(self) -> Decimal:
        """The exact amount in major units."""
        return Decimal(self.units).scaleb(-SCALE)

    def rounded(self) -> Money:
        """To the currency's smallest coin, half up (away from zero). The only place that rounds."""
        step = Decimal(1).scaleb(-minor_digits(self.currency))
        return Money.of(self.amount.quantize(step, rounding=ROUND_HALF_UP), self.currency)

    def is_payable(self) -> bool:
        """Whether coins can express it: no more decimals than the currency has."""
        return self.rounded() == self

    def times(self, factor: Decimal | int) -> Money:
        """The product, which must be exact at the scale.

        Raises:
            AmountInvalid: the product is finer than the scale holds.
        """
        with localcontext(_EXACT):
            product = self.amount * factor
        return Money.of(product, self.currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.units + self._same(other).units, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.units - self._same(other).units, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.units, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.units < self._same(other).units

    def __le__(self, other: Money) -> bool:
        return self.units <= self._same(other).units

    def __gt__(self, other: Money) -> bool:
        return self.units > self._same(other).units

    def __ge__(self, other: Money) -> bool:
        return self.units >= self._same(other).units

    def __bool__(self) -> bool:
        return self.units != 0

    def __str__(self) -> str:
        return f"{self.plain()} {self.currency}"

    def plain(self) -> str:
        """The decimal string used in JSON: the currency's decimals at least, more only where needed."""
        digits = minor_digits(self.currency)
        text = format(self.amount, "f")
        whole, _, fraction = text.partition(".")
        fraction = fraction.rstrip("0").ljust(digits, "0")
        return f"{whole}.{fraction}" if fraction else whole

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other
