"""`Billing`, the only door of this module. It commits once, at the edge; nothing behind it does."""

from __future__ import annotations

from functools import lru_cache

from billing.alerts.schemas import Alert, AlertFigures, AlertsChanged, AlertSettings
from billing.answers.readings import Reading
from billing.answers.schemas import (
    EXPLAINED,
    Explained,
    Explaining,
    Figure,
    Orphan,
    Position,
    Source,
    Trace,
    TracedFigure,
)
from billing.api.analysis import AnalysisDoor
from billing.api.api_keys import ApiKeysDoor
from billing.api.audit import AuditDoor
from billing.api.catalogue import CatalogueDoor
from billing.api.corrections import CorrectionsDoor
from billing.api.disputes import DisputesDoor
from billing.api.documents import DocumentsDoor
from billing.api.figures import FiguresDoor
from billing.api.helpdesk import HelpdeskDoor
from billing.api.lists import ListsDoor
from billing.api.metering import MeteringDoor
from billing.api.offers import OffersDoor
from billing.api.operations import OperationsDoor
from billing.api.payments import PaymentsDoor
from billing.api.privacy import PrivacyDoor
from billing.api.receipts import ReceiptsDoor
from billing.api.subscriptions import SubscriptionsDoor
from billing.api.top_ups import TopUpsDoor
from billing.api.transfers import TransfersDoor
from billing.api.vouchers import VouchersDoor
from billing.api_keys.schemas import ApiKey, NewApiKey, Scope
from billing.audit.schemas import AuditEntry
from billing.corrections.schemas import Adjustment, Proposal
from billing.documents.schemas import Document, Language
from billing.forecasts.schemas import Forecast, PlanForecast
from billing.helpdesk.tickets import Line as TicketLine
from billing.invoices.schemas import CreditNote
from billing.metering.cloud_events import Unreadable as UsageEventsUnreadable
from billing.metering.schemas import (
    ConversationMoment,
    NewConversation,
    NewUsage,
    UsageInput,
    UsageOutcome,
    UsageResult,
)
from billing.payments.schemas import (
    CardSession,
    Dispute,
    PaymentDetail,
    PaymentSession,
    Reconciliation,
    Refund,
)
from billing.plans.schemas import (
    DECLINE_REASONS,
    BillingRun,
    DeclinedOffer,
    PlanActionName,
    PlanActionTerms,
    PlanPeriod,
    PlanReceipt,
    PlanTerms,
)
from billing.plans.waiting import OfferEntry
from billing.receipts.differences import Difference
from billing.receipts.differences import differences as receipt_differences
from billing.receipts.differences import issued as issued_receipt
from billing.receipts.schemas import SignedReceiptEntry
from billing.receipts.verifying import Verdict
from billing.receipts.verifying import verify as verify_receipt
from billing.recommendations.schemas import (
    Crossing,
    OwnPeriod,
    PlanComparison,
    PlanLabel,
    PlanPrice,
    Recommendation,
    VolumePoint,
)
from billing.requests.callbacks import SalesEvent
from billing.requests.listing import RequestEntry
from billing.schemas import (
    Account,
    AllowedSessions,
    AwaitedPayment,
    Balance,
    Card,
    CatalogueVersion,
    Charge,
    CreditEntry,
    CreditHistory,
    Granularity,
    Invoice,
    Payment,
    PaymentState,
    Period,
    PlanDetail,
    PlanOffer,
    Receipt,
    Request,
    RequestDetails,
    RequestMoment,
    RequestState,
    ServiceQuota,
    ServiceUsage,
    TopUpLimits,
    TopUpTerms,
    UsageReport,
    Violation,
)
from billing.transfers.schemas import BankLineDetail, LineState, PendingTransfer, RefusedLine, StatementImport
from billing.vouchers.schemas import NewVoucherCode, VoucherCodeDetail, VoucherDetail, VoucherTerms
from billing.what_if.schemas import (
    Change,
    Course,
    PlanChanges,
    ToppedUp,
    TrafficChanges,
    VoucherGone,
    WhatIf,
)

__all__ = [
    "DECLINE_REASONS",
    "EXPLAINED",
    "Account",
    "Adjustment",
    "Alert",
    "AlertFigures",
    "AlertSettings",
    "AlertsChanged",
    "AllowedSessions",
    "ApiKey",
    "AuditEntry",
    "AwaitedPayment",
    "Balance",
    "BankLineDetail",
    "Billing",
    "BillingRun",
    "Card",
    "CardSession",
    "CatalogueVersion",
    "Change",
    "Charge",
    "ConversationMoment",
    "Course",
    "CreditEntry",
    "CreditHistory",
    "CreditNote",
    "Crossing",
    "DeclinedOffer",
    "Difference",
    "Dispute",
    "Document",
    "Explained",
    "Explaining",
    "Figure",
    "Forecast",
    "Granularity",
    "Invoice",
    "Language",
    "LineState",
    "NewApiKey",
    "NewConversation",
    "NewUsage",
    "NewVoucherCode",
    "OfferEntry",
    "Orphan",
    "OwnPeriod",
    "Payment",
    "PaymentDetail",
    "PaymentSession",
    "PaymentState",
    "PendingTransfer",
    "Period",
    "PlanActionName",
    "PlanActionTerms",
    "PlanChanges",
    "PlanComparison",
    "PlanDetail",
    "PlanForecast",
    "PlanLabel",
    "PlanOffer",
    "PlanPeriod",
    "PlanPrice",
    "PlanReceipt",
    "PlanTerms",
    "Position",
    "Proposal",
    "Reading",
    "Receipt",
    "Recommendation",
    "Reconciliation",
    "Refund",
    "RefusedLine",
    "Request",
    "RequestDetails",
    "RequestEntry",
    "RequestMoment",
    "RequestState",
    "SalesEvent",
    "Scope",
    "ServiceQuota",
    "ServiceUsage",
    "SignedReceiptEntry",
    "Source",
    "StatementImport",
    "TicketLine",
    "TopUpLimits",
    "TopUpTerms",
    "ToppedUp",
    "Trace",
    "TracedFigure",
    "TrafficChanges",
    "UsageEventsUnreadable",
    "UsageInput",
    "UsageOutcome",
    "UsageReport",
    "UsageResult",
    "Verdict",
    "Violation",
    "VolumePoint",
    "VoucherCodeDetail",
    "VoucherDetail",
    "VoucherGone",
    "VoucherTerms",
    "WhatIf",
    "default_billing",
    "issued_receipt",
    "receipt_differences",
    "verify_receipt",
]


class Billing(
    FiguresDoor,
    CatalogueDoor,
    TopUpsDoor,
    PaymentsDoor,
    TransfersDoor,
    VouchersDoor,
    DocumentsDoor,
    ReceiptsDoor,
    DisputesDoor,
    HelpdeskDoor,
    ListsDoor,
    MeteringDoor,
    ApiKeysDoor,
    SubscriptionsDoor,
    OffersDoor,
    OperationsDoor,
    CorrectionsDoor,
    AuditDoor,
    AnalysisDoor,
    PrivacyDoor,
):
    """Accounts, plans, balances, usage, top-ups and requests, on one database.

    Every method is one transaction. An unknown account is `AccountNotFound`; other refusals are named at the method.
    Safe to share between threads.
    """


@lru_cache(maxsize=1)
def default_billing() -> Billing:
    """The billing of this process, on the settings of its environment, opened when first asked for."""
    return Billing.open()
