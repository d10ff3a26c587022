"""Every refusal of the billing module.

BillingError
├── NotFound: AccountNotFound, PlanNotFound, ServiceNotFound, TransferNotFound, OfferNotFound, …


├── NotFound: AccountNotFound, PlanNotFound, ServiceNotFound, TransferNotFound, RequestNotFound
├── Refused: CurrencyMismatch, CurrencyUnknown, AmountInvalid, AmountNotPositive, AmountTooSmall,
│            AmountTooLarge, AmountTooFine, PaymentMethodUnknown, PaymentDeclined, …
├── Conflict: RechargeKeyReused, TermsChanged, PlanKeyReused, PlanAlreadyRenewed, PlanChangePending, …
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


class PaymentNotFound(NotFound):
    """No payment has that id (or it is another account's)."""

    code = "payment_not_found"


class PaymentClosed(Conflict):
    """The payment is over: it was paid, cancelled or expired."""

    code = "payment_closed"


class PaymentUnderWay(Conflict):
    """The payment provider is working on the payment: it cannot be cancelled now."""

    code = "payment_under_way"


class ProviderUnavailable(BillingError):
    """The payment provider cannot be reached, or does not answer as it should; nothing is lost, try again later."""

    code = "payment_provider_unavailable"


class CardNotFound(NotFound):
    """The account has no saved card of that id."""

    code = "card_not_found"


class PaymentNotRefundable(Refused):
    """Only what was paid through a provider can be sent back."""

    code = "payment_not_refundable"


class RefundTooLarge(Refused):
    """More would go back than was paid and is still here, `available`."""

    code = "refund_too_large"


class RefundKeyReused(Conflict):
    """The idempotency key was already spent on a different refund."""

    code = "refund_key_reused"


class WebhookInvalid(Refused):
    """The webhook's signature does not hold, or it is too old, or it says nothing that can be read."""

    code = "webhook_invalid"


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
    """The voucher's code cannot be redeemed; its subclasses say why."""

    code = "voucher_invalid"


class VoucherUnknown(VoucherInvalid):
    """No voucher has that code."""

    code = "voucher_unknown"


class VoucherExpired(VoucherInvalid):
    """The voucher's code could be redeemed until an instant that has passed."""

    code = "voucher_expired"


class VoucherUsedUp(VoucherInvalid):
    """The voucher's code was redeemed as often as it may be."""

    code = "voucher_used_up"


class VoucherRevoked(VoucherInvalid):
    """The voucher's code was withdrawn."""

    code = "voucher_revoked"


class VoucherCurrencyMismatch(VoucherInvalid):
    """The voucher's code gives credit in another currency (`given`) than the account's (`expected`)."""

    code = "voucher_currency_mismatch"


class VoucherTopUpNeeded(VoucherInvalid):
    """The voucher's code asks for a top-up of at least `minimum` first."""

    code = "voucher_top_up_needed"


class VoucherTriesExceeded(VoucherInvalid):
    """Too many wrong voucher codes were tried; the next try is possible in `minutes`."""

    code = "voucher_tries_exceeded"


class VoucherAlreadyRedeemed(Conflict):
    """The account has redeemed that voucher's code before."""

    code = "voucher_already_redeemed"


class VoucherKeyReused(Conflict):
    """The idempotency key was already spent on a different voucher."""

    code = "voucher_key_reused"


class VoucherCodeExists(Conflict):
    """A voucher with that code is there already."""

    code = "voucher_code_exists"


class VoucherNotFound(NotFound):
    """No voucher has that number."""

    code = "voucher_not_found"


class InvoiceNotFound(NotFound):
    """The account has no invoice of that number."""

    code = "invoice_not_found"


class ReceiptNotFound(NotFound):
    """The account has no receipt of that number."""

    code = "receipt_not_found"


class CreditNoteNotFound(NotFound):
    """The account has no credit note of that number."""

    code = "credit_note_not_found"


class CreditExceedsInvoice(Refused):
    """More than what an invoice, or its line, has left to be credited (`remaining`)."""

    code = "credit_exceeds_invoice"


class CreditNoteKeyReused(Conflict):
    """The idempotency key was already spent on a different credit note."""

    code = "credit_note_key_reused"


class CatalogueMissing(BillingError):
    """No catalogue was loaded yet."""

    code = "catalogue_missing"


class UsageInvalid(Refused):
    """A usage event that cannot be counted; the message says why."""

    code = "usage_invalid"


class UsageInFuture(UsageInvalid):
    """A usage event whose time has not come yet, so it is in the future."""

    code = "usage_in_future"


class UsageTooOld(UsageInvalid):
    """A usage event that comes later than usage is taken (`days`)."""

    code = "usage_too_old"


class UsageEventConflict(Conflict):
    """The source and id were already spent on a usage event of other content."""

    code = "usage_event_conflict"


class UsageBatchTooLarge(Refused):
    """More usage events at once than are taken (`most`)."""

    code = "usage_batch_too_large"


class ApiKeyInvalid(Refused):
    """No API key in force is that one: unknown, mistyped or revoked."""

    code = "api_key_invalid"


class ApiKeyScopeMissing(Refused):
    """The API key is not for this (`scope`)."""

    code = "api_key_scope_missing"


class ApiKeyScopeUnknown(Refused):
    """Not a scope that API keys may have."""

    code = "api_key_scope_unknown"


class ApiKeyNotFound(NotFound):
    """No API key has that id."""

    code = "api_key_not_found"


class OfferNotFound(NotFound):
    """No prepared plan of the account waits under that number."""

    code = "offer_not_found"


class TermsChanged(Conflict):
    """The terms are not those that were confirmed; look at them again."""

    code = "terms_changed"


class OfferExpired(Conflict):
    """The prepared plan could be confirmed until `until`; ask for a new one."""

    code = "offer_expired"


class OfferAwaitsPayment(Conflict):
    """The prepared plan is confirmed already; it begins once `amount` of the invoice `invoice` is paid."""

    code = "offer_awaits_payment"


class PlanKeyReused(Conflict):
    """The idempotency key was already spent on something else done to a plan."""

    code = "plan_key_reused"


class PlanNotInForce(Refused):
    """No plan is in force that this could be done to."""

    code = "plan_not_in_force"


class PlanPaused(Refused):
    """The plan is paused until `until` at most; it has to be resumed first."""

    code = "plan_is_paused"


class PlanNotPaused(Refused):
    """The plan is not paused."""

    code = "plan_not_paused"


class PauseUsedUp(Refused):
    """The period was paused already for the `days` that its terms allow."""

    code = "pause_used_up"


class PlanUnchanged(Refused):
    """It is the plan that is in force already."""

    code = "plan_unchanged"


class PlanAlreadyRenewed(Conflict):
    """The next period is agreed already; it begins on `starts_on`."""

    code = "plan_already_renewed"


class PlanChangePending(Conflict):
    """A change to another plan is agreed for `starts_on`; it has to be undone first."""

    code = "plan_change_pending"


class PlanCancelled(Conflict):
    """The plan is cancelled already and ends with its period."""

    code = "plan_cancelled"


class NothingToUndo(Refused):
    """No renewal, change or cancellation waits for the period's end."""

    code = "nothing_to_undo"


class RequestNotFound(NotFound):
    """No request has that number."""

    code = "request_not_found"


class RequestClosed(Conflict):
    """The request is closed: open a new one."""

    code = "request_closed"


class NoteInvalid(Refused):
    """A note or reason is missing, or longer than is kept."""

    code = "note_invalid"


class CreditInsufficient(Refused):
    """More would be taken than the top-up credit that is there, `available`."""

    code = "credit_insufficient"


class AdjustmentKeyReused(Conflict):
    """The idempotency key was already spent on a different adjustment."""

    code = "adjustment_key_reused"


class ApprovalNeeded(Refused):
    """A correction above what one operator may make alone, `limit`: a second person has to approve it."""

    code = "approval_needed"


class ProposalNotFound(NotFound):
    """No proposed correction has that number."""

    code = "proposal_not_found"


class ProposalDecided(Conflict):
    """The proposed correction was approved or rejected already."""

    code = "proposal_decided"


class ProposalExpired(Conflict):
    """Nobody decided on the proposed correction in time: propose it anew."""

    code = "proposal_expired"


class ProposalOwn(Refused):
    """Whoever proposed a correction cannot approve it."""

    code = "proposal_own"


class EmailInvalid(Refused):
    """Not an e-mail address."""

    code = "email_invalid"


class StatementUnreadable(Refused):
    """A bank statement that cannot be read; nothing was kept. Its argument is the code of why (`not_xml`)."""

    code = "statement_unreadable"


class StatementFormatChanged(Conflict):
    """Days of the bank account were imported in another format already: their lines could be credited twice."""

    code = "statement_format_changed"


class BankAccountUnclear(Refused):
    """The statement does not say of which bank account it is, and several are known."""

    code = "bank_account_unclear"


class BankLineNotFound(NotFound):
    """No line of a bank statement has that number."""

    code = "bank_line_not_found"


class BankLineSettled(Conflict):
    """The line of the bank statement was credited or matched already."""

    code = "bank_line_settled"


class BankLineNotIncoming(Refused):
    """The line of the bank statement is money that went, not money that came."""

    code = "bank_line_not_incoming"


class TransferSettled(Conflict):
    """The money of the transfer came: it cannot be cancelled any more."""

    code = "transfer_settled"
