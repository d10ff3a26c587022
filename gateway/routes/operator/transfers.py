"""Bank transfers that are waited for."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel

from billing.api import Receipt
from gateway.routes.operator.common import Door, Operator

router = APIRouter(prefix="/transfers")


class Transfers(BaseModel):
    """Transfers that are waited for, oldest first."""

    transfers: list[Receipt]


@router.get("")
def list_transfers(billing: Door) -> Transfers:
    """Transfers that are waited for."""
    return Transfers(transfers=billing.pending_transfers())


@router.post("/{transfer_id}/confirm")
def confirm_transfer(billing: Door, operator: Operator, transfer_id: Annotated[str, Path(max_length=32)]) -> Receipt:
    """The money came: credit it, once however often this is called. 404 `transfer_not_found`."""
    return billing.confirm_transfer(transfer_id, actor=operator)
