"""The simulator can fail: mistakes that others made, planted in billing, are found within a world."""

from __future__ import annotations

from itertools import count

import pytest

from billing.api import metering as metering_door
from billing.ledger import service as ledger
from billing.recharge import service as recharges
from billing.settlement import events
from billing.settlement import service as settlement
from tests.faults.simulator.runs import numbers_of, parts, run, shrunk, told

SOON = 1500


def no_idempotency_key(monkeypatch) -> None:
    real, number = recharges.recharge, count()
    monkeypatch.setattr(recharges, "recharge", lambda *a, key, **terms: real(*a, key=f"{key}/{next(number)}", **terms))


def an_entry_without_its_counterpart(monkeypatch) -> None:
    real = ledger._post_in_three
    monkeypatch.setattr(ledger, "_check_balanced", lambda postings: None)
    monkeypatch.setattr(
        ledger,
        "_post_in_three",
        lambda s, t, postings: real(s, t, postings[:-1] if t["kind"] == "top_up" else postings),
    )


def a_webhook_redelivered_credits_again(monkeypatch) -> None:
    real, number = events.take, count()

    def take(session, provider, told, at):
        taken = real(session, provider, told, at)
        row = taken.outcome == "repeated" and events._payment_of(session, told.about)
        if row and row.purpose == "top_up" and row.state == "succeeded":
            amount = settlement.Money(row.amount, row.currency)
            recharges.receive(
                session,
                settlement.accounts.find(session, row.account_id),
                amount,
                method="e_wallet",
                provider="wallet",
                key=f"again-{next(number)}",
                at=at,
            )
        return taken

    monkeypatch.setattr(events, "take", take)


def a_commit_in_the_middle(monkeypatch) -> None:
    real = recharges._written

    def written(session, **values):
        row = real(session, **values)
        session.connection().exec_driver_sql("COMMIT")
        session.connection().exec_driver_sql("BEGIN IMMEDIATE")
        return row

    monkeypatch.setattr(recharges, "_written", written)


def an_event_claimed_and_not_charged(monkeypatch) -> None:
    """In a transaction of its own: whoever dies after it makes the event count zero times."""
    real, told = metering_door.service.record_all, set()

    def record_all(session, given, **terms):
        fresh = [event for event in given if getattr(event, "id", None) not in told]
        told.update(getattr(event, "id", None) for event in given)
        verdicts = iter(real(session, fresh, **terms))
        return [next(verdicts) if event in fresh else "repeated" for event in given]

    monkeypatch.setattr(metering_door.service, "record_all", record_all)


@pytest.mark.parametrize(
    "plant",
    [
        no_idempotency_key,
        an_entry_without_its_counterpart,
        a_webhook_redelivered_credits_again,
        a_commit_in_the_middle,
        an_event_claimed_and_not_charged,
    ],
    ids=lambda plant: plant.__name__,
)
def test_a_planted_mistake_is_found(monkeypatch, plant) -> None:
    plant(monkeypatch)
    outcome = run(11, range(SOON))
    assert outcome.failed
    assert outcome.at < SOON


def test_a_failure_is_shrunk_to_few_steps_that_have_it_again(monkeypatch) -> None:
    no_idempotency_key(monkeypatch)
    outcome = run(11, range(SOON))
    numbers = shrunk(outcome)
    assert len(numbers) < 20
    assert run(11, numbers_of(parts(numbers))).failed
    assert f"--seed 11 --only {parts(numbers)}" in told(outcome, numbers)
