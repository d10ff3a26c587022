"""Accounts: found, and read as their customers see them."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from gateway.console.charts import columns
from gateway.console.guard import Here
from gateway.console.paging import ASKED, paged
from gateway.console.roles import may
from gateway.console.route import ConsoleRoute

router = APIRouter(route_class=ConsoleRoute)


@router.get("/accounts")
@may("accounts.read")
def list_accounts(visit: Here) -> Response:
    """By id, those whose id or name holds what is searched for."""
    found = visit.billing.accounts_page(search=visit.asked("search") or "", after=visit.asked("after", 64), limit=ASKED)
    rows, after = paged(found, lambda row: row.id)
    return visit.page("accounts.html", rows=rows, next=after)


@router.get("/accounts/{account_id}")
@may("accounts.read")
def show_account(visit: Here, account_id: str) -> Response:
    """Plan, balance, use of the last 30 days, credit history, invoices, requests and offers."""
    billing = visit.billing
    account, usage = billing.account(account_id), billing.usage(account_id)
    names = {name: visit.words.of(said, name) for name, said in billing.service_names().items()}
    return visit.page(
        "account.html",
        account=account,
        plan=billing.plan(account_id),
        balance=billing.balance(account_id),
        sessions=billing.allowed_sessions(account_id),
        usage=usage,
        chart=columns([(day.day, day.spend) for day in usage.days], visit.words),
        history=billing.credit_history(account_id, cursor=visit.asked("cursor")),
        invoices=billing.invoices(account_id)[:12],
        requests=billing.requests_page(account_id=account_id, limit=5),
        offers=billing.plan_offers(account_id),
        proposals=billing.credit_proposals(account_id=account_id) if visit.may("credit.propose") else [],
        services=names,
    )
