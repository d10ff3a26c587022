"""Addresses of the pages on which a customer pays, or saves a card: signed, expiring, good for that one thing.

Whoever has one sees what is to be paid and may pay it; nothing else. Nothing is kept of it here.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from billing.config import Settings
from billing.schemas import Payment
from billing.signing import Signer

CARD_LIVES = timedelta(minutes=30)
"""How long a card can be saved by an address that was handed out."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What an address stands for: a payment, or an account and the key under which it saves a card; the language."""

    subject: str
    language: str
    key: str = ""


class PayLinks:
    """Makes the addresses and opens their tokens."""

    def __init__(self, settings: Settings) -> None:
        self._address = settings.own_address
        secret = settings.secret("internal_secret")
        self._payments, self._cards = Signer(secret, "pay:payment"), Signer(secret, "pay:card")

    def of_payment(self, payment: Payment, language: str) -> str:
        """Where this payment is made, until it expires."""
        return f"{self._address}/pay/{_signed(self._payments, payment.expires_at, payment.id, language)}"

    def of_card(self, account_id: str, language: str, *, key: str, at: datetime) -> str:
        """Where the account saves a card, once for the key."""
        return f"{self._address}/pay/card/{_signed(self._cards, at + CARD_LIVES, account_id, language, key)}"

    def payment(self, token: str, at: datetime) -> Opened | None:
        """Which payment a token names; None where it is not ours, was changed, or has expired."""
        return _opened(self._payments, token, at)

    def card(self, token: str, at: datetime) -> Opened | None:
        """Whose card a token saves; None as for a payment."""
        return _opened(self._cards, token, at)


def _signed(signer: Signer, until: datetime, *values: str) -> str:
    named = base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")
    return signer.sign(named, until)


def _opened(signer: Signer, token: str, at: datetime) -> Opened | None:
    named = signer.open(token, at)
    return None if named is None else Opened(*json.loads(base64.urlsafe_b64decode(named + "=" * (-len(named) % 4))))
