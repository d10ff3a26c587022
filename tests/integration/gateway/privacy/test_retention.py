from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from billing.api import Billing
from billing.config import Settings
from billing.sealing import unseal
from gateway.auth import Identity
from gateway.conversations.schemas import NewMessage
from gateway.conversations.store import ConversationStore
from gateway.privacy import retention
from gateway.privacy.retention import Retention
from tests.builders.canaries import plant

BO = Identity("acme", "bo")


@pytest.fixture
def settings(gateway: Billing, tmp_path: Path) -> Settings:
    tracker = f"sqlite:///{tmp_path / 'talk.db'}"
    return Settings(database_url=gateway.database.url, tracker_url=tracker, conversation_retention_days=30)


def counted(gateway: Billing, table: str) -> int:
    with gateway.database.snapshot() as session:
        return session.scalar(sa.text(f"SELECT count(*) FROM {table}"))


def talks(gateway: Billing, count: int) -> list[str]:
    store = ConversationStore(gateway.database)
    return [store.open(BO, gateway.now())[0] for _ in range(count)]


def test_conversations_go_once_nothing_was_said_for_the_retention(gateway, settings, clock):
    _, used = talks(gateway, 2)
    clock.forward(days=20)
    ConversationStore(gateway.database).claim(used, "k", NewMessage(text="hello"), gateway.now())

    clock.forward(days=11)

    assert Retention(gateway, settings).forget() == 1
    ConversationStore(gateway.database).check(used, BO, None)
    assert counted(gateway, "conversation") == 1


def test_all_of_many_go_in_batches(gateway, settings, clock, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 3)
    talks(gateway, 8)
    clock.forward(days=31)

    assert Retention(gateway, settings).forget() == 8
    assert counted(gateway, "conversation") == 0


def test_nothing_goes_where_the_retention_is_zero(gateway, settings, clock):
    talks(gateway, 1)
    clock.forward(days=4000)

    assert Retention(gateway, settings.model_copy(update={"conversation_retention_days": 0})).forget() == 0
    assert counted(gateway, "conversation") == 1


def test_a_conversation_that_waits_for_a_person_stays_and_so_does_the_audit_trail(gateway, settings, clock, tmp_path):
    plant(gateway, settings, tmp_path / "talk.db", "acme", "bo")
    before = counted(gateway, "audit")
    clock.forward(days=31)

    Retention(gateway, settings).forget()

    assert counted(gateway, "conversation") == 1
    assert counted(gateway, "audit") == before


def test_payloads_that_were_delivered_are_emptied_and_those_that_were_not_stay(gateway, settings, clock):
    for key in ("a", "b"):
        gateway.open_request("acme", topic="support", message="hello", language="en", key=key)
    with gateway.database.transaction() as session:
        session.execute(sa.text("UPDATE outbox_event SET state = 'delivered', delivered_at = created_at WHERE id = 1"))
    clock.forward(days=31)

    assert Retention(gateway, settings).forget() == 1
    with gateway.database.snapshot() as session:
        kept = list(session.execute(sa.text("SELECT body FROM outbox_event ORDER BY id")).scalars())
    bodies = [json.loads(unseal(json.loads(body) if body.startswith('"') else body)) for body in kept]
    assert bodies[0] == {}
    assert "hello" in str(bodies[1])
