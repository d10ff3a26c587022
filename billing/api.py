"""`Billing`, the only door of this module. It commits once, at the edge; nothing behind it does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import structlog

from billing import migrations
from billing.accounts import service as accounts
from billing.balances import service as balances
from billing.catalogue import service as catalogues
from billing.clock import Clock, utc_now
from billing.config import Settings
from billing.config import settings as process_settings
from billing.credit_history import service as credit_history
from billing.db import Database
from billing.demo import service as demo
from billing.forecasts import service as forecasts
from billing.invoices import service as invoices
from billing.ledger import invariants
from billing.metering import importer, reports
from billing.outbox import service as outbox
from billing.outbox import webhook
from billing.plans import details
from billing.recharge import service as recharges
from billing.requests import service as requests
from billing.requests.contact import normalise
from billing.requests.service import NewRequest
from billing.schemas import (
    Account,
    AllowedSessions,
    Balance,
    CatalogueVersion,
    CreditEntry,
    CreditHistory,
    Forecast,
    ImportResult,
    Invoice,
    Period,
    PlanDetail,
    PlanOffer,
    Receipt,
    Request,
    ServiceOffer,
    ServiceQuota,
    ServiceUsage,
    SupportTier,
    TopUpLimits,
    TopUpTerms,
    UsageReport,
    Violation,
)

__all__ = [
    "Account",
    "AllowedSessions",
    "Balance",
    "Billing",
    "CreditEntry",
    "CreditHistory",
    "Forecast",
    "Invoice",
    "Period",
    "PlanDetail",
    "Receipt",
    "Request",
    "ServiceQuota",
    "ServiceUsage",
    "TopUpLimits",
    "TopUpTerms",
    "UsageReport",
    "default_billing",
]

log = structlog.get_logger()


class Billing:
    """Accounts, plans, balances, usage, top-ups and requests, on one database.

    Every method is one transaction. An unknown account is `AccountNotFound`; other refusals are named at the method.
    Safe to share between threads.
    """

    def __init__(self, database: Database, settings: Settings, clock: Clock = utc_now) -> None:
        self._database, self._settings, self._now = database, settings, clock

    @classmethod
    def open(cls, settings: Settings | None = None, *, clock: Clock = utc_now) -> Billing:
        """Connect to the database of the settings (of the process, when none are given) and bring it up to date."""
        settings = settings or process_settings()
        database = Database(settings.database_url)
        migrations.upgrade(database.engine)
        return cls(database, settings, clock)

    @property
    def database(self) -> Database:
        """For who keeps tables of their own beside billing's."""
        return self._database

    def close(self) -> None:
        """Give the connections back."""
        self._database.close()

    def ready(self) -> None:
        """Raises when the database cannot be reached or has no catalogue."""
        with self._database.snapshot() as session:
            catalogues.version(session)

    # --- what an account is told

    def account(self, account_id: str) -> Account:
        """The account."""
        with self._database.snapshot() as session:
            return accounts.schema(accounts.find(session, account_id))

    def plan(self, account_id: str) -> PlanDetail | None:
        """The newest plan, whatever its status; None when there never was one."""
        with self._database.snapshot() as session:
            return details.detail(session, accounts.find(session, account_id), self._now())

    def balance(self, account_id: str) -> Balance:
        """What can still be spent, and what is owed."""
        with self._database.snapshot() as session:
            return balances.balance(session, accounts.find(session, account_id), self._now())

    def allowed_sessions(self, account_id: str) -> AllowedSessions:
        """The bot sessions that plan and credit still cover."""
        with self._database.snapshot() as session:
            return balances.allowed_sessions(session, accounts.find(session, account_id), self._now())

    def usage(self, account_id: str, period: Period | None = None) -> UsageReport:
        """Use over a period; the last 30 days, today included, when none is named.

        Raises:
            PeriodInvalid: longer than two years, or not of this age.
        """
        with self._database.snapshot() as session:
            account = accounts.find(session, account_id)
            today = self._now().astimezone(accounts.zone(account)).date()
            return reports.report(session, account, period or reports.last_days(today))

    def service_usage(self, account_id: str) -> ServiceUsage:
        """Spend and remaining quota per service."""
        with self._database.snapshot() as session:
            account = accounts.find(session, account_id)
            return reports.service_usage(session, account, self._now().astimezone(accounts.zone(account)).date())

    def credit_history(self, account_id: str, *, limit: int = 20, cursor: str | None = None) -> CreditHistory:
        """A page of the credit history, newest first."""
        with self._database.snapshot() as session:
            account = accounts.find(session, account_id)
            return credit_history.page(session, account, limit=limit, cursor=cursor)

    def invoices(self, account_id: str) -> list[Invoice]:
        """All invoices, newest first."""
        with self._database.snapshot() as session:
            return invoices.of_account(session, accounts.find(session, account_id))

    def forecast(self, account_id: str) -> Forecast:
        """When the balance runs out at the average of the last 30 days."""
        with self._database.snapshot() as session:
            return forecasts.forecast(session, accounts.find(session, account_id), self._now())

    def requests(self, account_id: str) -> list[Request]:
        """The account's requests, newest first."""
        with self._database.snapshot() as session:
            return requests.of_account(session, accounts.find(session, account_id).id)

    # --- the catalogue

    def plans(self, currency: str) -> list[PlanOffer]:
        """Every plan and interval, priced in the currency."""
        with self._database.snapshot() as session:
            return catalogues.plan_offers(catalogues.current(session), currency)

    def services(self, currency: str) -> list[ServiceOffer]:
        """Every service with its on-demand rate in the currency."""
        with self._database.snapshot() as session:
            return catalogues.service_offers(catalogues.current(session), currency)

    def service_names(self) -> dict[str, dict[str, str]]:
        """The names by language of every service that is or was sold."""
        with self._database.snapshot() as session:
            services = catalogues.every_service(session).items()
            return {name: {str(code): text for code, text in service.names.items()} for name, service in services}

    def load_catalogue(self, path: Path) -> CatalogueVersion:
        """Load a catalogue file as a new version, unless nothing changed.

        Raises:
            CatalogueInvalid: mistakes, each with its line; nothing was loaded.
        """
        return self._database.run(lambda session: catalogues.load(session, path, self._now()))

    # --- top-ups

    def top_up_limits(self, account_id: str) -> TopUpLimits:
        """The smallest and largest top-up and the ways to pay."""
        with self._database.snapshot() as session:
            return recharges.limits(session, accounts.find(session, account_id))

    def top_up_terms(self, account_id: str, amount: Decimal, currency: str | None, method: str) -> TopUpTerms:
        """The exact terms to be confirmed. Raises what `recharge` would."""
        with self._database.snapshot() as session:
            return recharges.terms(session, accounts.find(session, account_id), amount, currency, method)

    def recharge(self, account_id: str, *, amount: Decimal, currency: str | None, method: str, key: str) -> Receipt:
        """Top up once per key.

        Raises:
            AmountInvalid, AmountNotPositive, AmountTooFine, AmountTooSmall, AmountTooLarge, CurrencyMismatch,
            PaymentMethodUnknown, PaymentDeclined, RechargeKeyReused: nothing was written.
        """
        return self._database.run(
            lambda session: recharges.recharge(
                session, account_id, amount=amount, currency=currency, method=method, key=key, at=self._now()
            )
        )

    def receipt_of(self, account_id: str, key: str) -> Receipt | None:
        """The receipt of the top-up that this key was spent on by the account; None when there is none."""
        with self._database.snapshot() as session:
            return recharges.of_key(session, accounts.find(session, account_id), key)

    def confirm_transfer(self, transfer_id: str) -> Receipt:
        """The money of a transfer came: credit it, once.

        Raises:
            TransferNotFound: no transfer has that id.
        """
        with self._database.transaction() as session:
            return recharges.confirm_transfer(session, transfer_id, self._now())

    def pending_transfers(self) -> list[Receipt]:
        """Transfers that are waited for, oldest first."""
        with self._database.snapshot() as session:
            found = recharges.pending(session)
            return [recharges.receipt(row, accounts.find(session, row.account_id)) for row in found]

    # --- requests to people

    def normalise_contact(self, contact: str, language: str) -> str:
        """An e-mail address or phone number in its normal form.

        Raises:
            ContactInvalid: neither.
        """
        return normalise(contact, language)

    def contact_sales(
        self, *, account_id: str | None, topic: str, contact: str, message: str, language: str, key: str
    ) -> Request:
        """Ask sales, once per key; anonymous visitors too.

        Raises:
            ContactInvalid, RequestKeyReused: nothing was written.
        """
        return self._open(NewRequest("sales", account_id, topic, message, contact, language), key)

    def open_request(
        self, account_id: str, *, topic: str, message: str, language: str, key: str, contact: str | None = None
    ) -> Request:
        """Ask the team for something, once per key.

        Raises:
            ContactInvalid, RequestKeyReused: nothing was written.
        """
        return self._open(NewRequest("support", account_id, topic, message, contact, language), key)

    def request_of(self, account_id: str | None, key: str) -> Request | None:
        """The request that this key was spent on by the account (None: by a visitor); None when there is none."""
        with self._database.snapshot() as session:
            return requests.of_key(session, account_id, key)

    def _open(self, new: NewRequest, key: str) -> Request:
        return self._database.run(lambda session: requests.open_once(session, new, key=key, at=self._now()))

    def all_requests(self) -> list[Request]:
        """Everybody's, newest first, for operators."""
        with self._database.snapshot() as session:
            return requests.everybodys(session)

    def deliver_outbox(self) -> int:
        """Deliver what is due to the sales webhook, at least once each; how many were taken.

        Without a webhook nothing is tried and nothing is lost.
        """
        taken = 0
        while (outcome := self.deliver_next()) is not None:
            taken += outcome == "delivered"
        return taken

    def deliver_next(self) -> Literal["delivered", "failed"] | None:
        """Try the event that has been due longest; None when none is due. No transaction is open during the call."""
        url, secret = self._settings.sales_webhook_url, self._settings.sales_webhook_secret or ""
        if not url:
            return None
        with self._database.transaction() as session:
            event = outbox.claim(session, self._now())
        if event is None:
            return None
        try:
            webhook.deliver(url, secret, event_id=event.id, kind=event.kind, body=event.body, at=self._now())
        except webhook.NotDelivered as error:
            log.warning("not delivered", outbox_event=event.id, attempt=event.attempts, reason=str(error))
            with self._database.transaction() as session:
                outbox.failed(session, event.id, str(error), self._now())
            return "failed"
        with self._database.transaction() as session:
            outbox.delivered(session, event.id, self._now())
        return "delivered"

    def undelivered(self) -> list[dict[str, Any]]:
        """What the outbox still holds, for operators."""
        with self._database.snapshot() as session:
            return [
                {
                    "id": event.id,
                    "type": event.kind,
                    "state": event.state,
                    "attempts": event.attempts,
                    "next_attempt_at": event.next_attempt_at.isoformat(),
                    "last_error": event.last_error,
                }
                for event in outbox.undelivered(session)
            ]

    def retry_dead_letters(self) -> int:
        """Make dead letters due again; how many."""
        with self._database.transaction() as session:
            return outbox.retry_dead(session, self._now())

    # --- the operator's

    def create_account(
        self, account_id: str, *, name: str, currency: str, time_zone: str = "UTC", language: str = "en"
    ) -> Account:
        """A new account.

        Raises:
            AccountExists, CurrencyUnknown, TimeZoneUnknown.
        """
        return self._database.run(
            lambda session: accounts.schema(
                accounts.create(
                    session,
                    account_id,
                    name=name,
                    currency=currency,
                    time_zone=time_zone,
                    language=language,
                    at=self._now(),
                )
            )
        )

    def accounts(self) -> list[Account]:
        """All accounts by id."""
        with self._database.snapshot() as session:
            return [accounts.schema(row) for row in accounts.everyone(session)]

    def set_support_tier(self, account_id: str, tier: SupportTier) -> Account:
        """Move an account's support plan."""
        with self._database.transaction() as session:
            return accounts.schema(accounts.set_support_tier(session, account_id, tier))

    def import_usage(self, path: Path, on_progress: Callable[[int], None] = lambda done: None) -> ImportResult:
        """Record a file of usage, line by line; refused lines are listed with their reason."""
        return self._database.run(
            lambda session: importer.import_lines(session, path, now=self._now(), on_progress=on_progress)
        )

    @staticmethod
    def demo_accounts() -> frozenset[str]:
        """The ids of the demo's accounts."""
        return frozenset(story.id for story in demo.STORIES)

    def load_demo(self, on_progress: Callable[[str], None] = lambda step: None) -> bool:
        """The demo data of the contract, laid out backwards from now; False when it is there already."""
        with self._database.transaction() as session:
            return demo.load(session, self._now(), on_progress)

    def verify_ledger(self) -> list[Violation]:
        """Every invariant of the ledger, derived again from the entries; empty when all hold."""
        with self._database.snapshot() as session:
            return invariants.verify(session)

    def now(self) -> datetime:
        """The present instant by this billing's clock."""
        return self._now()


@lru_cache(maxsize=1)
def default_billing() -> Billing:
    """The billing of this process, on the settings of its environment, opened when first asked for."""
    return Billing.open()
