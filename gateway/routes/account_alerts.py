"""A customer's own alerts, and what they want to be told."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from billing.api import AlertSettings
from gateway.routes.account import Customer, Door
from gateway.routes.operator.alerts import Alerts, NewAlertSettings

router = APIRouter(prefix="/v1/account", tags=["account"])


@router.get("/alerts")
def alerts(
    billing: Door,
    customer: Customer,
    only_open: Annotated[bool, Query(description="Without those that were cleared.")] = True,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Alerts:
    """Low balance, plans used up or near their end; newest first."""
    return Alerts(alerts=billing.alerts(customer.account, only_open=only_open, limit=limit))


@router.get("/alert-settings")
def alert_settings(billing: Door, customer: Customer) -> AlertSettings:
    """When a low balance is told, and where by e-mail."""
    return billing.alert_settings(customer.account)


@router.put("/alert-settings")
def set_alert_settings(billing: Door, customer: Customer, body: NewAlertSettings) -> AlertSettings:
    """Set both. 422 `amount_invalid`, `amount_too_fine`, `email_invalid`."""
    return billing.set_alert_settings(
        customer.account, low_balance=body.low_balance, email=body.email, actor=f"customer:{customer.user}"[:200]
    )
