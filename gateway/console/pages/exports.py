"""Lists to take away, as CSV. Each is in the audit trail."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from billing.api import Billing
from gateway import sheets
from gateway.console.guard import Here
from gateway.console.roles import Permission, may
from gateway.console.route import ConsoleRoute
from gateway.errors import Problem

_PAGE = 500
Rows = Iterator[list[object]]

router = APIRouter(route_class=ConsoleRoute)


@router.get("/exports")
@may("exports")
def exports(visit: Here) -> Response:
    """What can be taken away by this role."""
    return visit.page("exports.html", names=[name for name, (needs, _, _) in _EXPORTS.items() if visit.may(needs)])


@router.post("/exports/{name}")
@may("exports")
def export(visit: Here, name: str) -> Response:
    """The file, written while it is read."""
    if name not in _EXPORTS:
        raise Problem(404, "not_found", "There is no such list.")
    needs, heads, rows = _EXPORTS[name]
    if not visit.may(needs):
        raise Problem(403, "not_allowed", "The role of this operator may not do this.")
    with visit.billing.database.transaction() as session:
        visit.billing.record_change(session, actor=visit.actor, action="console.export", subject=f"export:{name}")
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    body = sheets.written(heads, rows(visit.billing))
    return StreamingResponse(body, media_type="text/csv; charset=utf-8", headers=headers)


def _requests(billing: Billing) -> Rows:
    before: int | None = None
    while found := billing.requests_page(before=before, limit=_PAGE):
        for entry in found:
            r = entry.request
            at = r.created_at.isoformat()
            yield [r.id, entry.account, r.kind, r.topic, r.state, at, r.language, r.contact, r.message, r.answer]
        before = int(found[-1].request.id.removeprefix("R-"))


def _transfers(billing: Billing) -> Rows:
    before: int | None = None
    while found := billing.bank_lines(before=before, limit=_PAGE):
        for x in found:
            money = [x.amount.plain(), x.amount.currency]
            yield [
                x.id,
                x.bank_account,
                x.booked_on,
                *money,
                x.payer,
                x.text,
                x.state,
                x.account,
                x.transfer,
                x.invoice,
            ]
        before = int(found[-1].id.removeprefix("BL-"))


def _payments(billing: Billing) -> Rows:
    for detail in billing.payment_details(limit=100_000):
        x = detail.payment
        money = [x.amount.plain(), x.refunded.plain(), x.amount.currency]
        yield [
            x.id,
            x.account,
            x.purpose,
            x.number,
            *money,
            x.method,
            x.state,
            x.created_at.isoformat(),
            detail.reference,
        ]


def _audit(billing: Billing) -> Rows:
    before: int | None = None
    while found := billing.audit_trail(before=before, limit=_PAGE):
        for entry in found:
            changed = [json.dumps(told, ensure_ascii=False) if told else "" for told in (entry.before, entry.after)]
            yield [entry.id, entry.at.isoformat(), entry.actor, entry.action, entry.subject, *changed]
        before = found[-1].id


_EXPORTS: dict[str, tuple[Permission, list[str], Callable[[Billing], Rows]]] = {
    "requests": (
        "requests.read",
        ["id", "account", "kind", "topic", "state", "created_at", "language", "contact", "message", "answer"],
        _requests,
    ),
    "transfers": (
        "transfers.read",
        [
            "id",
            "bank_account",
            "booked_on",
            "amount",
            "currency",
            "payer",
            "text",
            "state",
            "account",
            "transfer",
            "invoice",
        ],
        _transfers,
    ),
    "payments": (
        "payments.read",
        ["id", "account", "purpose", "number", "amount", "refunded", "currency", "method", "state", "at", "reference"],
        _payments,
    ),
    "audit": ("audit", ["id", "at", "actor", "action", "subject", "before", "after"], _audit),
}
