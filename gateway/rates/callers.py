"""Which calls are counted together: of an address, an account, a conversation, an operator's key, a pay page."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from anyio import from_thread
from fastapi import Depends, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from billing.config import Settings
from gateway.auth import Identity, caller
from gateway.errors import Problem, response
from gateway.rates.counting import Rate, Rates

_PAY = {"code": "too_many_requests", "detail": "Too many calls from one address."}
PAY_PAGES, PAY_TRIES, PAY_LOOKS = (
    Rate("pay-pages", 60, **_PAY),
    Rate("pay-tries", 40, **_PAY),
    Rate("pay-looks", 180, **_PAY),
)
"""Enough for a person who pays, too seldom for whoever tries cards or tokens; no settings."""
_OPERATORS = "/v1/operator"
"""Counted by their keys (`gateway.auth_operator`)."""
_HOOKS = ("/webhooks/", "/v1/payments/")
"""Vendors call from few addresses, often."""


def address_of(scope: Scope) -> str:
    """Whence a request came: the peer, or what a trusted proxy says of it (`TRUSTED_PROXIES`)."""
    client = scope.get("client")
    return str(client[0]) if client else ""


class AddressRates:
    """ASGI middleware: a call is counted for its address before anything of it is read."""

    def __init__(self, app: ASGIApp, settings: Settings, rates: Rates) -> None:
        self._app, self._rates = app, rates
        self._calls, self._hooks = Rate("address", settings.rate_address), Rate("webhook", settings.rate_webhook)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 429."""
        rate = self._rate_of(scope)
        if rate is not None:
            try:
                await self._rates.take(rate, address_of(scope))
            except Problem as problem:
                return await response(problem)(scope, receive, send)
        return await self._app(scope, receive, send)

    def _rate_of(self, scope: Scope) -> Rate | None:
        path = scope.get("path", "")
        if scope["type"] != "http" or path.startswith(_OPERATORS):
            return None
        if path.startswith(_HOOKS):
            return self._hooks
        return self._calls if path.startswith("/v1/") else None


async def account_rate(request: Request, identity: Annotated[Identity | None, Depends(caller)]) -> None:
    """Count a call for its account, whoever of it calls and from wherever.

    Raises:
        Problem: 429 `too_many_calls`.
    """
    if identity is not None:
        rate = Rate("account", request.app.state.settings.rate_account)
        await rates_of(request).take(rate, identity.account)


async def message_rate(request: Request, conversation_id: str) -> None:
    """Count a message of a conversation, whoever says that it is theirs: its id is a secret of 128 bits.

    Raises:
        Problem: 429 `too_many_messages`.
    """
    per_minute = request.app.state.settings.rate_conversation
    rate = Rate("conversation", per_minute, "too_many_messages", "Too many messages: wait a little.")
    await rates_of(request).take(rate, conversation_id)


def of_address(rate: Rate) -> Any:
    """A dependency that counts a call for its address."""

    async def count(request: Request) -> None:
        await rates_of(request).take(rate, address_of(request.scope))

    return Depends(count)


def operator_rate(request: Request, who: str) -> None:
    """Count a call of an operator, from a worker thread.

    Raises:
        Problem: 429 `too_many_calls`.
    """
    take: Callable[[Rate, str], Coroutine[Any, Any, None]] = rates_of(request).take
    from_thread.run(take, Rate("operator", request.app.state.settings.rate_operator), who)


def rates_of(request: Request) -> Rates:
    """The app's counts."""
    rates: Rates = request.app.state.rates
    return rates
