"""Every page of the console, a subject a file."""

from __future__ import annotations

from fastapi import APIRouter

from gateway.console.pages import (
    accounts,
    audit,
    conversations,
    corrections,
    deflection,
    erasures,
    exports,
    handoffs,
    missing,
    offers,
    outbox,
    payments,
    requests,
    sign_in,
    start,
    transfers,
    unsure,
)
from gateway.console.route import ConsoleRoute

SUBJECTS = (
    sign_in,
    start,
    requests,
    handoffs,
    offers,
    accounts,
    corrections,
    transfers,
    payments,
    conversations,
    unsure,
    deflection,
    audit,
    outbox,
    exports,
    erasures,
    missing,
)
PREFIX = "/console"

router = APIRouter(prefix=PREFIX, route_class=ConsoleRoute, include_in_schema=False)
for subject in SUBJECTS:
    router.include_router(subject.router)
