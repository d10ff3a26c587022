"""All tables, for migrations: importing this module registers them."""

from billing.accounts.models import AccountRow
from billing.audit.models import AuditRow
from billing.catalogue.models import CatalogueRow
from billing.db import Base
from billing.invoices.models import InvoiceLineRow, InvoiceRow
from billing.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.metering.models import UsageCharge, UsageEvent
from billing.outbox.models import OutboxEvent
from billing.plans.models import Subscription
from billing.recharge.models import TopUp
from billing.requests.models import RequestRow
from billing.vouchers.models import Voucher, VoucherCode

__all__ = [
    "AccountRow",
    "AuditRow",
    "Base",
    "CatalogueRow",
    "InvoiceLineRow",
    "InvoiceRow",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerTransaction",
    "OutboxEvent",
    "RequestRow",
    "Subscription",
    "TopUp",
    "UsageCharge",
    "UsageEvent",
    "Voucher",
    "VoucherCode",
]
