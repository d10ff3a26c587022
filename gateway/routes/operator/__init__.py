"""What an operator does, as HTTP calls under /v1/operator, each behind a key of its scope.

A subject has a file with a `router` of its own; its prefix is below this one's, and the key is asked for
here. Whoever changes something is `operator: Operator`, and hands it to the door as `actor`.
"""

from __future__ import annotations

from fastapi import APIRouter, Depends, Security

from gateway.auth_operator import KEY, operator_of, privacy_of
from gateway.routes.operator import (
    accounts,
    alerts,
    audit,
    catalogue,
    deflection,
    handoffs,
    ledger,
    offers,
    outbox,
    payments,
    privacy,
    requests,
    transfers,
    unsure,
)

router = APIRouter(
    prefix="/v1/operator",
    tags=["operator"],
    responses={
        401: {"description": "No operator's key, or not a good one (`api_key_missing`, `api_key_invalid`)"},
        429: {"description": "Too many calls (`too_many_calls`); `Retry-After` has the seconds to wait"},
    },
)
for subject in (
    *(accounts, alerts, transfers, payments, requests, offers, handoffs),
    *(catalogue, outbox, audit, ledger, unsure, deflection),
):
    router.include_router(subject.router, dependencies=[Depends(operator_of), Security(KEY)])
router.include_router(privacy.router, dependencies=[Depends(privacy_of), Security(KEY)])
