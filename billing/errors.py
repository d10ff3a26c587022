"""Every refusal of the billing module.

BillingError
├── NotFound: AccountNotFound, PlanNotFound, TransferNotFound, VoucherNotFound, RequestNotFound
├── Refused: CurrencyMismatch, CurrencyUnknown, AmountInvalid, AmountNotPositive, AmountTooSmall,
│            AmountTooLarge, AmountTooFine, PaymentMethodUnknown, PaymentDeclined, …
├── Conflict: RechargeKeyReused, …
└── CatalogueInvalid, SettingMissing: the operator's to mend
"""

from __future__ import annotations

from typing import Any, ClassVar


class BillingError(Exception):
    """An expected refusal; `code` is public and never changes; `values` fill the sentence for it."""

    code: ClassVar[str]

    def __init__(self, *args: object, **values: Any) -> None:
        super().__init__(*args)
        self.values = values


class NotFound(BillingError):
    """What was asked for is not there (or not the caller's)."""

    code = "not_found"


class Refused(BillingError):
    """The request is understood and not allowed; nothing was written."""

    code = "refused"


class Conflict(BillingError):
    """The request contradicts what is already recorded."""

    code = "conflict"


class AccountNotFound(NotFound):
    """No account has that id."""

    code = "account_not_found"


class CurrencyMismatch(Refused):
    """Two currencies met where one was due: the account's (`expected`) and the one given."""

    code = "currency_mismatch"

    def __init__(self, expected: str, given: str) -> None:
        super().__init__(f"expected {expected}, given {given}", expected=expected, given=given)


class CurrencyUnknown(Refused):
    """Not a currency that accounts may have."""

    code = "currency_unknown"


class AmountInvalid(Refused):
    """Not a number, or finer than money is kept."""

    code = "amount_invalid"


class SettingMissing(BillingError):
    """A setting that this mode needs has no value; its name is the first argument."""

    code = "setting_missing"
