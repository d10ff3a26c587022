"""The server: one ASGI app with the assistant, its actions and billing in the same process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from assistant.agent import Assistant
from assistant.train import MODEL
from billing.api import Billing, default_billing
from billing.config import Settings
from gateway import background, errors, garbage, migrations, openapi
from gateway.answers.replay import Replays
from gateway.channels.accounts import AccountLinks
from gateway.channels.registry import configured
from gateway.channels.service import Channels
from gateway.console import pages as console
from gateway.conversations.service import Conversations
from gateway.cors import Cors
from gateway.handoff.feed import Feed
from gateway.handoff.service import Handoffs
from gateway.limits import Limits
from gateway.rates.callers import AddressRates, account_rate
from gateway.rates.counting import Rates
from gateway.routes import (
    account,
    account_alerts,
    answers,
    channel_links,
    conversations,
    demo,
    documents,
    machine,
    media,
    metrics,
    operator,
    page,
    pay,
    payments,
    plans,
    receipt_verification,
    receipts,
    sales,
    usage_events,
    vouchers,
    webhooks,
    widget,
)
from gateway.shedding import Shedding
from gateway.telemetry import collecting, spans
from gateway.telemetry.metrics import REDIS_FAILURES
from gateway.telemetry.middleware import Observed
from gateway.unsure.service import Unsure

THREADS = 16
"""For whatever waits for the database or for a vendor; Python's own number follows from the cores: six for two."""


def create_app(settings: Settings) -> FastAPI:
    """The app on the settings of this process. The model is loaded when it starts.

    Raises:
        SettingMissing: production mode without a secret; the message names it.
        SettingInvalid: a channel or OpenTelemetry is on without its packages; the message says what to install.
    """
    settings.require_secrets()
    configured(settings)
    app = FastAPI(
        title="Billing assistant",
        version="1",
        description="Answers about billing, and the same figures as data.",
        lifespan=_lifespan,
        docs_url="/docs" if settings.mode == "demo" else None,  # its viewer is fetched from elsewhere
        redoc_url=None,
        redirect_slashes=False,  # it would answer with whatever Host it was sent
    )
    app.state.settings = settings
    app.state.rates = Rates(settings.redis_url)
    _guard(app, settings)
    app.state.end_spans = spans.configure(settings)
    app.add_middleware(Observed)  # the last is the outermost
    errors.install(app)
    openapi.install(app)
    of_account = [Depends(account_rate)]
    app.include_router(conversations.router, dependencies=of_account)
    app.include_router(account.router, dependencies=of_account)
    app.include_router(plans.router, dependencies=of_account)
    app.include_router(answers.router, dependencies=of_account)
    app.include_router(usage_events.router)
    app.include_router(account_alerts.router, dependencies=of_account)
    app.include_router(operator.router)
    app.include_router(documents.router, dependencies=of_account)
    app.include_router(receipts.router, dependencies=of_account)
    app.include_router(vouchers.router, dependencies=of_account)
    app.include_router(payments.router)
    app.include_router(channel_links.router, dependencies=of_account)
    app.include_router(sales.router)
    app.include_router(webhooks.router)
    app.include_router(media.router)
    app.include_router(machine.router)
    app.include_router(metrics.router)
    app.include_router(console.router)
    if settings.mode == "demo":
        app.include_router(demo.router)
    app.include_router(widget.router)
    app.include_router(receipt_verification.router)
    pay.install(app)
    page.install(app)
    return app


def _guard(app: FastAPI, settings: Settings) -> None:
    """What stands before every route, the innermost first: refusals too get the headers and another site's leave."""
    app.add_middleware(Shedding, settings=settings)
    app.add_middleware(AddressRates, settings=settings, rates=app.state.rates)
    app.add_middleware(Limits)
    app.add_middleware(Cors, settings=settings)
    if settings.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="work"))
    billing = await asyncio.to_thread(default_billing)
    talk = await asyncio.to_thread(conversations_of, billing, settings)
    collecting.watch(billing.database.engine)
    app.state.billing, app.state.conversations = billing, talk
    app.state.unsure, app.state.handoffs = Unsure(billing, settings), Handoffs(billing, settings)
    app.state.replays = Replays(billing, settings)
    app.state.feed = Feed(billing.database, billing.now)
    app.state.channels = channels = Channels(billing, talk, settings)
    app.state.account_links = AccountLinks(billing, channels)
    garbage.leave_alone_what_is_there()
    async with background.running(billing, settings, app.state.unsure, talk.quiet_for), channels.running():
        try:
            yield
        finally:
            app.state.feed.stop()
            await talk.close()
    await asyncio.to_thread(app.state.end_spans)


def conversations_of(billing: Billing, settings: Settings) -> Conversations:
    """The gateway's tables brought up to date, the model loaded: ready to talk."""
    migrations.upgrade(billing.database.engine)
    assistant = Assistant.load(
        MODEL,
        tracker_url=settings.tracker_address,
        redis_url=settings.redis_url,
        redis_failed=REDIS_FAILURES.labels("locks").inc,
    )
    return Conversations(billing, assistant, settings)
