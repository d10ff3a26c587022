"""What a provider is, and what it reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from billing.money import Money
from billing.schemas import PaymentFailure, Settles

IntentState = Literal["waiting", "processing", "succeeded", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of an online provider: an amount of a customer there, named by our token."""

    token: str
    amount: Money
    customer: str
    method: str
    card: str | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """A payment as the provider has it. `received` is what came; `token` is the one that it was asked for by."""

    reference: str
    state: IntentState
    received: Money | None
    failure: PaymentFailure | None
    token: str | None
    client_secret: str | None = None


@dataclass(frozen=True, slots=True)
class KeptCard:
    """A card that the provider keeps for a customer."""

    reference: str
    brand: str
    last4: str
    expires: str


@dataclass(frozen=True, slots=True)
class SentBack:
    """A refund as the provider has it: of an intent, named by our token where we asked for it."""

    reference: str
    intent: str
    amount: Money
    state: Literal["processing", "succeeded", "failed"]
    token: str | None


@dataclass(frozen=True, slots=True)
class AskedBack:
    """A dispute as the provider has it."""

    reference: str
    intent: str
    amount: Money
    reason: str
    state: Literal["inquiry", "open", "won", "lost"]


@dataclass(frozen=True, slots=True)
class Told:
    """An event of the provider. `about` is what it tells of, where that is something known here."""

    id: str
    kind: str
    about: Intent | SentBack | AskedBack | CardsChanged | None


@dataclass(frozen=True, slots=True)
class CardsChanged:
    """A customer's cards at the provider may be others now."""

    customer: str


class Unanswered(Exception):
    """The provider did not answer, or not as it should: what was asked may have been done or not.

    `kept`: the same idempotency key would get the same failure again.
    """

    def __init__(self, reason: str, *, kept: bool = False) -> None:
        super().__init__(reason)
        self.kept = kept


class Refusal(Exception):
    """The provider answered no; nothing was done."""


class Provider(Protocol):
    """Takes a payment now, or lets it be waited for."""

    @property
    def name(self) -> str:
        """As rows and the ledger's clearing accounts have it."""

    @property
    def settles(self) -> Settles:
        """Now, once a transfer came, or once the customer paid at the provider."""

    def pay(self, amount: Money) -> Literal["completed", "pending"]:
        """Take the amount, where that is done now; no provider is called in a transaction.

        Raises:
            PaymentDeclined: nothing was taken.
        """


class OnlineProvider(Provider, Protocol):
    """A provider that customers pay at. Each method is one call or a few, each with a time limit.

    All raise Unanswered; `key` is our idempotency key: the same call again does nothing again.
    """

    publishable_key: str
    js_url: str

    def customer(self, account_id: str, *, name: str, key: str) -> str:
        """The provider's name of a new customer."""

    def start(self, order: Order, key: str) -> Intent:
        """Ask for a payment; with a card it is charged without the customer. Raises Refusal."""

    def look_up(self, reference: str) -> Intent:
        """An intent as it is now. Raises Refusal: there is none."""

    def find(self, token: str, customer: str, since: datetime) -> Intent | None:
        """The intent of a token that was asked for since then; the one that was paid, where there are several."""

    def cancel(self, reference: str) -> Intent:
        """Give an intent up; as it is now, where it cannot be given up any more."""

    def keep_card(self, reference: str, *, key: str) -> None:
        """Keep the card that the intent will be paid with. Raises Refusal."""

    def save_card(self, customer: str, key: str) -> str:
        """The client secret of a new intent to save a card."""

    def cards(self, customer: str) -> list[KeptCard]:
        """The customer's cards."""

    def forget_card(self, reference: str) -> None:
        """Detach a card; one that is not there is forgotten already."""

    def refund(self, intent: str, amount: Money, token: str, key: str) -> SentBack:
        """Send money back. Raises Refusal."""

    def refunds_of(self, intent: str) -> list[SentBack]:
        """All refunds of an intent."""

    def recent(self, since: datetime) -> Iterable[SentBack | AskedBack]:
        """Refunds and disputes that began since then."""

    def told(self, payload: bytes, signature: str, now: datetime) -> Told:
        """A webhook, verified before it is read. Raises WebhookInvalid."""


Json = dict[str, Any]
