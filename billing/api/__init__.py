"""`Billing`, the only door of this module. It commits once, at the edge; nothing behind it does."""

from __future__ import annotations

from functools import lru_cache

from billing.api.catalogue import CatalogueDoor
from billing.api.figures import FiguresDoor
from billing.api.metering import MeteringDoor
from billing.api.operations import OperationsDoor
from billing.api.people import PeopleDoor
from billing.api.top_ups import TopUpsDoor
from billing.schemas import (
    Account,
    AllowedSessions,
    Balance,
    CreditEntry,
    CreditHistory,
    Forecast,
    Invoice,
    Period,
    PlanDetail,
    Receipt,
    Request,
    ServiceQuota,
    ServiceUsage,
    TopUpLimits,
    TopUpTerms,
    UsageReport,
)

__all__ = [
    "Account",
    "AllowedSessions",
    "Balance",
    "Billing",
    "CreditEntry",
    "CreditHistory",
    "Forecast",
    "Invoice",
    "Period",
    "PlanDetail",
    "Receipt",
    "Request",
    "ServiceQuota",
    "ServiceUsage",
    "TopUpLimits",
    "TopUpTerms",
    "UsageReport",
    "default_billing",
]


class Billing(FiguresDoor, CatalogueDoor, TopUpsDoor, PeopleDoor, MeteringDoor, OperationsDoor):
    """Accounts, plans, balances, usage, top-ups and requests, on one database.

    Every method is one transaction. An unknown account is `AccountNotFound`; other refusals are named at the method.
    Safe to share between threads.
    """


@lru_cache(maxsize=1)
def default_billing() -> Billing:
    """The billing of this process, on the settings of its environment, opened when first asked for."""
    return Billing.open()
