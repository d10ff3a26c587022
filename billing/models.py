"""All tables, for migrations: importing this module registers them."""

from billing.accounts.models import AccountRow
from billing.alerts.models import AlertRow, AlertWatch
from billing.answers.versions import RowVersion
from billing.api_keys.models import ApiKeyRow
from billing.audit.models import AuditRow
from billing.catalogue.models import CatalogueRow
from billing.corrections.models import Correction, ProposalRow
from billing.db import Base
from billing.invoices.models import CreditNoteLineRow, CreditNoteRow, InvoiceLineRow, InvoiceRow
from billing.invoices.numbers import NumberSeries
from billing.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.metering.models import MeteredConversation, PlanUsage, UsageCharge, UsageDay, UsageEvent
from billing.outbox.models import OutboxEvent
from billing.payments.models import (
    DisputeRow,
    PaymentRow,
    ProviderCustomer,
    ProviderEvent,
    RefundRow,
    SavedCardRow,
)
from billing.plans.models import PlanAction, PlanPause, Subscription
from billing.receipts.models import SignedReceipt
from billing.recharge.models import TopUp
from billing.requests.models import RequestEventRow, RequestRow
from billing.transfers.models import BankLine
from billing.vouchers.models import FailedTry, Redemption, Voucher, VoucherCode

__all__ = [
    "AccountRow",
    "AlertRow",
    "AlertWatch",
    "ApiKeyRow",
    "AuditRow",
    "BankLine",
    "Base",
    "CatalogueRow",
    "Correction",
    "CreditNoteLineRow",
    "CreditNoteRow",
    "DisputeRow",
    "FailedTry",
    "InvoiceLineRow",
    "InvoiceRow",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerTransaction",
    "MeteredConversation",
    "NumberSeries",
    "OutboxEvent",
    "PaymentRow",
    "PlanAction",
    "PlanPause",
    "PlanUsage",
    "ProposalRow",
    "ProviderCustomer",
    "ProviderEvent",
    "Redemption",
    "RefundRow",
    "RequestEventRow",
    "RequestRow",
    "RowVersion",
    "SavedCardRow",
    "SignedReceipt",
    "Subscription",
    "TopUp",
    "UsageCharge",
    "UsageDay",
    "UsageEvent",
    "Voucher",
    "VoucherCode",
]
