"""What a provider tells by webhook: each event once, with what became of it, in one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.db import insert_of
from billing.payments import cards
from billing.payments import service as payments
from billing.payments.models import PaymentRow, ProviderEvent
from billing.payments.providers.base import AskedBack, CardsChanged, Intent, SentBack, Told
from billing.payments.schemas import EventOutcome
from billing.settlement import disputes, refunds
from billing.settlement import service as settlement

LONGEST_NOTE = 500


class Taken(NamedTuple):
    """What became of an event; `cards_of`: the account whose cards are to be asked for."""

    outcome: EventOutcome
    cards_of: str | None = None


def take(session: Session, provider: str, told: Told, at: datetime) -> Taken:
    """Claim the event and apply it. A repeat changes nothing; one that tells of nothing of ours is ignored."""
    number = session.scalar(
        insert_of(session.get_bind().dialect.name)(ProviderEvent)
        .values(provider=provider, event_id=told.id[:255], kind=told.kind[:100], outcome="ignored", received_at=at)
        .on_conflict_do_nothing(index_elements=["provider", "event_id"])
        .returning(ProviderEvent.id)
    )
    if number is None:
        return Taken("repeated")
    if isinstance(told.about, CardsChanged):
        account = cards.changed(session, told.about.customer, at)
        return _noted(session, number, Taken("applied" if account else "ignored", account), None, None)
    row = _payment_of(session, told.about)
    if row is None or told.about is None:
        return Taken("ignored")
    note = apply(session, row, told.about, at)
    return _noted(session, number, Taken("review" if note else "applied"), row, note)


def apply(session: Session, row: PaymentRow, about: Intent | SentBack | AskedBack, at: datetime) -> str | None:
    """Write what the provider says, of a payment that is locked. Gives what asks for a person."""
    if isinstance(about, Intent):
        return settlement.apply(session, row, about, at, vouched=True)
    if row.state != "succeeded":  # the news of the payment itself is still to come: ask, the rest is found after it
        row.check_at = at
        session.flush()
        return None
    if isinstance(about, SentBack):
        return refunds.reported(session, row, about, at)
    return disputes.reported(session, row, about, at)


def _payment_of(session: Session, about: object) -> PaymentRow | None:
    if isinstance(about, Intent):
        found = payments.of_intent(session, about.reference, about.token)
    elif isinstance(about, (SentBack, AskedBack)):
        found = payments.of_intent(session, about.intent)
    else:
        return None
    return settlement.lock(session, found.id) if found is not None else None


def _noted(session: Session, number: int, taken: Taken, row: PaymentRow | None, note: str | None) -> Taken:
    session.execute(
        sa.update(ProviderEvent)
        .where(ProviderEvent.id == number)
        .values(outcome=taken.outcome, payment_id=row.id if row else None, note=note[:LONGEST_NOTE] if note else None)
    )
    return taken


def notes_of(session: Session, row: PaymentRow) -> list[str]:
    """What of a payment's events asks for a person."""
    query = sa.select(ProviderEvent.note).where(ProviderEvent.payment_id == row.id, ProviderEvent.note.is_not(None))
    return [note for note in session.scalars(query.order_by(ProviderEvent.id)) if note]
