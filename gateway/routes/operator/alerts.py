"""Alerts of an account, what it wants to be told, and looking now."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from billing.api import Alert, AlertsChanged, AlertSettings
from gateway.routes.operator.common import AccountId, Amount, Body, Door, Operator

router = APIRouter()


class Alerts(BaseModel):
    """Alerts, newest first."""

    alerts: list[Alert]


class NewAlertSettings(Body):
    """`low_balance` null: the catalogue's default, "0": never; `email` null: no mail."""

    low_balance: Amount | None = None
    email: str | None = Field(default=None, max_length=254)


@router.get("/accounts/{account_id}/alerts")
def list_alerts(
    billing: Door,
    account_id: AccountId,
    only_open: Annotated[bool, Query(description="Without those that were cleared.")] = True,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Alerts:
    """The account's alerts as of the last look. 404 `account_not_found`."""
    return Alerts(alerts=billing.alerts(account_id, only_open=only_open, limit=limit))


@router.get("/accounts/{account_id}/alert-settings")
def show_alert_settings(billing: Door, account_id: AccountId) -> AlertSettings:
    """When the account is told of a low balance, and where. 404 `account_not_found`."""
    return billing.alert_settings(account_id)


@router.put("/accounts/{account_id}/alert-settings")
def set_alert_settings(
    billing: Door, operator: Operator, account_id: AccountId, body: NewAlertSettings
) -> AlertSettings:
    """Set both. 404 `account_not_found`; 422 `amount_invalid`, `amount_too_fine`, `email_invalid`."""
    return billing.set_alert_settings(account_id, low_balance=body.low_balance, email=body.email, actor=operator)


@router.post("/alerts/check")
def check_alerts(billing: Door) -> AlertsChanged:
    """Look at every account now (a running server does so by itself): raises each crossing once, ever."""
    return billing.check_alerts()
