"""Every refusal of the billing module.

BillingError
├── NotFound: AccountNotFound, PlanNotFound, ServiceNotFound, TransferNotFound
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


class SettingInvalid(BillingError):
    """A setting has a value that cannot be; its name and why come first."""

    code = "setting_invalid"


class CatalogueInvalid(BillingError):
    """A catalogue file has a mistake; the message says where and why. Nothing was loaded."""

    code = "catalogue_invalid"


class AmountNotPositive(Refused):
    """Zero or less."""

    code = "amount_not_positive"


class AmountTooSmall(Refused):
    """Below the smallest top-up, `minimum`."""

    code = "amount_too_small"


class AmountTooLarge(Refused):
    """Above the largest top-up, `maximum`."""

    code = "amount_too_large"


class AmountTooFine(Refused):
    """More decimals than the `currency` has (`decimals`)."""

    code = "amount_too_fine"


class PaymentMethodUnknown(Refused):
    """Not a way to pay here."""

    code = "payment_method_unknown"


class PaymentDeclined(Refused):
    """The payment provider said no; nothing was charged."""

    code = "payment_declined"


class RechargeKeyReused(Conflict):
    """The idempotency key was already spent on a different recharge."""

    code = "recharge_key_reused"


class RequestKeyReused(Conflict):
    """The idempotency key was already spent on a different request."""

    code = "request_key_reused"


class TransferNotFound(NotFound):
    """No pending transfer has that id."""

    code = "transfer_not_found"


class PlanNotFound(NotFound):
    """The catalogue has no such plan."""

    code = "plan_not_found"


class ServiceNotFound(NotFound):
    """The catalogue has no such service."""

    code = "service_not_found"


class ContactInvalid(Refused):
    """Neither an e-mail address nor a phone number."""

    code = "contact_invalid"


class AccountExists(Conflict):
    """An account with that id is there already."""

    code = "account_exists"


class PeriodInvalid(Refused):
    """A period that nothing can be reported of: too long, or not of this age."""

    code = "period_invalid"


class TimeZoneUnknown(Refused):
    """Not the IANA name of a time zone."""

    code = "time_zone_unknown"


class VoucherInvalid(Refused):
    """The voucher's code is unknown, used up or out of date."""

    code = "voucher_invalid"


class CatalogueMissing(BillingError):
    """No catalogue was loaded yet."""

    code = "catalogue_missing"


class UsageInvalid(Refused):
    """A usage event that cannot be counted; the message says why."""

    code = "usage_invalid"
