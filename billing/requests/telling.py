"""Who is told that a request changed: sales by their webhook, the customer by the channels that tell of alerts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import Any

import yaml
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.alerts.announcing import EMAIL, WEBHOOK
from billing.alerts.models import AlertWatch
from billing.config import ROOT
from billing.outbox import service as outbox
from billing.requests.models import RequestRow
from billing.schemas import Request

TEXTS = ROOT / "data" / "requests" / "email.yml"


def body(row: RequestRow, told: Request) -> dict[str, Any]:
    """What webhooks are told: the request, whose it is, and what the customer agreed to send with it."""
    more = {} if row.attached is None else {"account_state": row.attached}
    return told.model_dump(mode="json", by_alias=True) | {"account": row.account_id} | more


def tell_sales(session: Session, row: RequestRow, told: Request, moment: str, at: datetime) -> None:
    """An event for the webhook of sales and support: `request.sales.opened`, `request.support.answered`."""
    outbox.add(session, f"request.{row.kind}.{moment}", body(row, told), subject=row.id, at=at)


def tell_customer(session: Session, row: RequestRow, told: Request, channels: Collection[str], at: datetime) -> None:
    """An event for the customer's webhook, and an e-mail, each where there is one; visitors are told nothing.

    The mail goes to the address for alerts; without one, to the address that was given with the request.
    """
    if row.account_id is None:
        return
    if WEBHOOK in channels:
        event = body(row, told)
        outbox.add(session, "request.changed", event, subject=row.id, at=at, destination=WEBHOOK)
    address = _address(session, row)
    if EMAIL in channels and address is not None and row.state in _texts():
        mail = _mail(row, accounts.find(session, row.account_id).language)
        outbox.add(session, "request.changed", {"to": address, **mail}, subject=row.id, at=at, destination=EMAIL)


def _address(session: Session, row: RequestRow) -> str | None:
    watch = session.get(AlertWatch, row.account_id)
    if watch is not None and watch.email is not None:
        return watch.email
    return row.contact if row.contact is not None and "@" in row.contact else None


def _mail(row: RequestRow, language: str) -> dict[str, str]:
    words = _texts()[row.state][language]
    note = f"\n\n{row.answer}" if row.answer else ""
    return {
        "subject": words["subject"].format(request=row.number),
        "text": words["text"].format(request=row.number) + note,
        "language": language,
    }


@lru_cache(maxsize=1)
def _texts() -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    return found
