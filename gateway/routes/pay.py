"""The pages on which a customer pays or saves a card. Who has the signed address may do that one thing, no more."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, Path, Request
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, ConfigDict, Field

from billing.api import Billing, PaymentSession
from billing.config import Settings
from billing.errors import PaymentUnderWay
from billing.pay_links import Opened, PayLinks
from gateway.auth import Identity, signed_in
from gateway.errors import Problem
from gateway.pay import pages, policy
from gateway.pay.texts import accepted
from gateway.rates.callers import PAY_LOOKS, PAY_PAGES, PAY_TRIES, of_address

router = APIRouter(prefix="/pay", include_in_schema=False)
cards = APIRouter(prefix="/v1/account/cards", tags=["account"])

Token = Annotated[str, Path(max_length=600)]
Language = Annotated[str | None, Header(alias="Accept-Language")]


class Wanted(BaseModel):
    """Whether the card is to be kept for next time."""

    model_config = ConfigDict(extra="forbid")

    save_card: bool = False


class CardLink(BaseModel):
    """Where the caller's browser saves a card."""

    url: str


class CardLinkWanted(BaseModel):
    """The language of the page."""

    model_config = ConfigDict(extra="forbid")

    language: str = Field(default="en", pattern="^(en|ja|ko)$")


@dataclass(frozen=True, slots=True)
class Desk:
    """What the routes of this module work with."""

    billing: Billing
    settings: Settings
    links: PayLinks

    def payment(self, token: str) -> Opened:
        """What a token opens. Raises a 404 problem, alike for all that it does not."""
        return _or_gone(self.links.payment(token, self.billing.now()))

    def card(self, token: str) -> Opened:
        """As `payment`, of a token for a card."""
        return _or_gone(self.links.card(token, self.billing.now()))


def _desk(request: Request) -> Desk:
    state = request.app.state
    return Desk(state.billing, state.settings, PayLinks(state.settings))


At = Annotated[Desk, Depends(_desk)]


@router.get("/card/{token}", dependencies=[of_address(PAY_PAGES)])
async def card_page(token: Token, desk: At, language: Language = None) -> HTMLResponse:
    """The page on which a card is saved."""
    opened = desk.links.card(token, desk.billing.now())
    if opened is None:
        return _gone(language)
    seller = desk.billing.seller_name(opened.language)
    js_url = desk.settings.stripe_js_url
    page = pages.card_page(opened.language, seller=seller, base=f"/pay/card/{token}", js_url=js_url)
    return HTMLResponse(page, headers=policy.headers(js_url))


@router.post("/card/{token}/session", dependencies=[of_address(PAY_TRIES)])
async def card_session(token: Token, desk: At, wanted: Wanted) -> JSONResponse:
    """What the provider's script needs to save the card."""
    opened = desk.card(token)
    session = await asyncio.to_thread(desk.billing.start_saving_card, opened.subject, opened.key)
    return _private({"state": "waiting", **session.model_dump(include={"client_secret", "publishable_key"})})


@router.post("/card/{token}/done", dependencies=[of_address(PAY_TRIES)])
async def card_saved(token: Token, desk: At) -> JSONResponse:
    """Take the card over at once; the provider's own word may come later."""
    opened = desk.card(token)
    await asyncio.to_thread(desk.billing.refresh_cards, opened.subject)
    return _private({})


@router.get("/{token}", dependencies=[of_address(PAY_PAGES)])
async def payment_page(token: Token, desk: At, language: Language = None) -> HTMLResponse:
    """The page on which the payment is made; it shows the amount, to whom, what for and the state."""
    opened = desk.links.payment(token, desk.billing.now())
    if opened is None:
        return _gone(language)
    payment = await asyncio.to_thread(desk.billing.payment, opened.subject)
    seller = desk.billing.seller_name(opened.language)
    js_url = desk.settings.stripe_js_url
    page = pages.payment_page(payment, opened.language, seller=seller, base=f"/pay/{token}", js_url=js_url)
    return HTMLResponse(page, headers=policy.headers(js_url))


@router.post("/{token}/session", dependencies=[of_address(PAY_TRIES)])
async def payment_session(token: Token, desk: At, wanted: Wanted) -> JSONResponse:
    """What the provider's script needs to pay; without a secret where nothing can be paid any more."""
    opened = desk.payment(token)
    session = await asyncio.to_thread(desk.billing.payment_session, opened.subject, save_card=wanted.save_card)
    return _private(_told(session))


@router.get("/{token}/state", dependencies=[of_address(PAY_LOOKS)])
async def payment_state(token: Token, desk: At) -> JSONResponse:
    """How the payment stands by our own books."""
    payment = await asyncio.to_thread(desk.billing.payment, desk.payment(token).subject)
    return _private({"state": payment.state, "failure": payment.failure})


@router.post("/{token}/cancel", dependencies=[of_address(PAY_TRIES)])
async def cancel_payment(token: Token, desk: At) -> JSONResponse:
    """Give the payment up; where the provider is at work on it, it goes on."""
    opened = desk.payment(token)
    try:
        payment = await asyncio.to_thread(desk.billing.cancel_payment, opened.subject, None)
    except PaymentUnderWay:
        return _private({"state": "processing"})
    return _private({"state": payment.state})


@cards.post("", status_code=201)
async def save_card(
    wanted: CardLinkWanted,
    desk: At,
    identity: Annotated[Identity, Depends(signed_in)],
    key: Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=200)],
) -> CardLink:
    """The address of a page on which the caller saves a card for their account, for half an hour. Nothing is paid."""
    await asyncio.to_thread(desk.billing.account, identity.account)
    at = desk.billing.now()
    return CardLink(url=desk.links.of_card(identity.account, wanted.language, key=key, at=at))


def install(app: FastAPI) -> None:
    """Serve the pages and their files, which are the same for everybody."""
    app.mount("/pay/files", StaticFiles(directory=pages.FILES), name="pay")
    app.include_router(router)
    app.include_router(cards)


def _told(session: PaymentSession) -> dict[str, Any]:
    return session.model_dump(include={"client_secret", "publishable_key", "state", "failure"})


def _private(body: dict[str, Any]) -> JSONResponse:
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


def _gone(language: str | None) -> HTMLResponse:
    return HTMLResponse(pages.gone_page(accepted(language)), 404, headers=policy.headers(None))


def _or_gone(opened: Opened | None) -> Opened:
    if opened is None:
        raise Problem(404, "pay_link_not_found", "There is no such link, or it has expired.")
    return opened
