"""Recording usage: each event rated and charged once, in the transaction that claims its id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from billing.errors import BillingError, UsageInvalid
from billing.metering.batch import Batch, Verdict
from billing.metering.funds import STEP
from billing.metering.schemas import (
    ConversationMoment,
    NewConversation,
    NewUsage,
    UsageInput,
    UsageOutcome,
    UsageResult,
    Use,
)
from billing.metering.sessions import sessions
from billing.money import QUANTITY_DECIMALS

SESSION = "bot_session"
MOST = 10**9
"""Units of a service in one event."""
LATE = timedelta(days=34)
"""How late an event may come; it is charged as of its own time."""


def record_all(
    session: Session, events: Sequence[UsageInput | BillingError], *, now: datetime, late: timedelta | None = LATE
) -> list[Verdict]:
    """Record a batch in this transaction; what cannot be counted is refused by itself, the rest kept.

    An event that was refused before it came here keeps its refusal. `late` None: however long ago.

    Raises:
        CatalogueMissing: none was loaded yet.
    """
    verdicts: list[Verdict | None] = []
    uses: list[Use] = []
    for event in events:
        try:
            uses.append(_use(event))
            verdicts.append(None)
        except BillingError as refusal:
            verdicts.append(refusal)
    recorded = iter(Batch(session, uses, now=now, oldest=None if late is None else now - late).record())
    return [next(recorded) if verdict is None else verdict for verdict in verdicts]


def outcomes(
    events: Iterable[tuple[str | None, str | None]], verdicts: Sequence[Verdict], first: int = 0
) -> list[UsageOutcome]:
    """What to answer: for the source and id of each event what became of it, counted from `first`."""
    return [
        UsageOutcome(index=index, source=source, id=event_id, status=verdict)
        if isinstance(verdict, str)
        else UsageOutcome(
            index=index, source=source, id=event_id, status="refused", code=verdict.code, reason=reason(verdict)
        )
        for index, ((source, event_id), verdict) in enumerate(zip(events, verdicts, strict=True), start=first)
    ]


def result(events: list[UsageOutcome]) -> UsageResult:
    """The outcomes with their counts."""
    status = [event.status for event in events]
    return UsageResult(
        accepted=status.count("accepted"),
        repeated=status.count("repeated"),
        refused=status.count("refused"),
        events=events,
    )


def reason(refusal: BillingError) -> str:
    """Why an event was refused, for who builds the meter: what the refusal means, and what it is about."""
    if isinstance(refusal, UsageInvalid) and refusal.args:
        return str(refusal)
    meaning = (type(refusal).__doc__ or "").strip().splitlines()[0].rstrip(".")
    return f"{meaning}: {refusal}" if refusal.args else meaning


def _use(event: UsageInput | BillingError) -> Use:
    if isinstance(event, BillingError):
        raise event
    at = _utc(event.time)
    if isinstance(event, NewUsage):
        return Use(event.source, event.id, event.account, event.service, at, _thousandths(event.quantity))
    if isinstance(event, NewConversation):
        counted = sessions(event.seconds, event.human_seconds) * STEP
        details = f"whole {event.seconds} {event.human_seconds}"
        return Use(event.source, event.id, event.account, SESSION, at, counted, details)
    assert isinstance(event, ConversationMoment)
    details = f"{event.moment} {event.human_seconds} {event.conversation}"
    return Use(event.source, event.id, event.account, SESSION, at, 0, details, event)


def _utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise UsageInvalid("a time that no calendar has") from None


def _thousandths(quantity: Decimal) -> int:
    if not quantity.is_finite() or quantity <= 0:
        raise UsageInvalid(f"a quantity is positive and has at most {QUANTITY_DECIMALS} decimals")
    if quantity > MOST:
        raise UsageInvalid(f"a quantity is at most {MOST}")
    scaled = quantity.scaleb(QUANTITY_DECIMALS)
    thousandths = int(scaled)
    if scaled != thousandths:
        raise UsageInvalid(f"a quantity is positive and has at most {QUANTITY_DECIMALS} decimals")
    return thousandths
