from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from billing.api import Billing
from billing.config import Settings
from billing.errors import AccountNotFound
from gateway.auth import Identity
from gateway.conversations.store import ConversationStore
from gateway.errors import Problem
from gateway.privacy.finding import Whose
from gateway.privacy.service import LATE, Privacy
from tests.builders.canaries import NOT_EXPORTED, WORDS, found_in, found_in_files, plant
from tests.builders.faults import Fault, Faults

ACME = Whose("acme")
ANN = "operator:ann"


@pytest.fixture
def tracker(tmp_path: Path) -> Path:
    return tmp_path / "talk.db"


@pytest.fixture
def settings(gateway: Billing, tracker: Path) -> Settings:
    return Settings(database_url=gateway.database.url, tracker_url=f"sqlite:///{tracker}")


@pytest.fixture
def conversation(gateway: Billing, settings: Settings, tracker: Path) -> str:
    return plant(gateway, settings, tracker, "acme", "bo")


@pytest.fixture
def privacy(gateway: Billing, settings: Settings) -> Privacy:
    return Privacy(gateway, settings)


def erased(privacy: Privacy, whose: Whose = ACME):
    return privacy.erase(whose, confirm=privacy.plan(whose).confirm, actor=ANN)


def in_tracker(tracker: Path) -> set[str]:
    engine = sa.create_engine(f"sqlite:///{tracker}")
    try:
        return found_in(engine)
    finally:
        engine.dispose()


def test_an_export_holds_every_word_that_the_customer_left(gateway, privacy, conversation):
    told = json.dumps(privacy.export(ACME, actor=ANN).model_dump(mode="json"))

    assert {name for name, word in WORDS.items() if word not in told} == NOT_EXPORTED
    [entry] = gateway.audit_trail(subject="acme", action="privacy.export")
    assert entry.actor == ANN


def test_an_erasure_leaves_no_word_in_any_table_nor_in_the_bytes_of_a_file(gateway, privacy, conversation, tracker):
    engine = gateway.database.engine
    assert found_in(engine) | in_tracker(tracker) == set(WORDS)

    receipt = erased(privacy)

    assert receipt.complete
    assert found_in(engine) == in_tracker(tracker) == found_in_files(tracker) == set()
    if engine.dialect.name == "sqlite":
        assert found_in_files(Path(str(engine.url.database))) == set()


def test_a_plan_of_an_erasure_counts_and_removes_nothing(gateway, privacy, conversation, tracker):
    before = found_in(gateway.database.engine)

    plan = privacy.plan(ACME)

    assert found_in(gateway.database.engine) == before
    assert plan.counts["conversations"] == plan.counts["alert_addresses"] == plan.counts["channel_links"] == 1
    assert erased(privacy).counts == plan.counts


def test_an_erasure_of_another_amount_than_was_confirmed_is_refused(gateway, privacy, conversation):
    confirm = privacy.plan(ACME).confirm
    gateway.set_alert_settings("acme", low_balance=None, email=None)

    with pytest.raises(Problem, match="another amount"):
        privacy.erase(ACME, confirm=confirm, actor=ANN)

    assert "chat" in found_in(gateway.database.engine)


def test_a_second_erasure_gives_the_first_receipt_and_is_audited_once(gateway, privacy, conversation):
    first = erased(privacy)

    assert erased(privacy) == first
    assert len(gateway.audit_trail(subject="acme", action="privacy.erase")) == 1


def test_the_conversation_of_an_erased_customer_is_not_found_by_their_live_session(gateway, privacy, conversation):
    store = ConversationStore(gateway.database)
    store.check(conversation, Identity("acme", "bo"), None)

    erased(privacy)

    with pytest.raises(Problem) as refused:
        store.check(conversation, Identity("acme", "bo"), None)
    assert refused.value.status == 404


def test_figures_are_what_they_were_before_an_erasure(gateway, privacy, conversation):
    before = (gateway.balance("acme"), gateway.credit_history("acme"), gateway.invoices("acme"))

    erased(privacy)

    assert (gateway.balance("acme"), gateway.credit_history("acme"), gateway.invoices("acme")) == before
    assert gateway.verify_ledger() == []
    assert [request.id for request in gateway.requests("acme")] == ["R-000002", "R-000001"]


def test_erasing_one_user_leaves_what_is_the_accounts_and_other_users(gateway, privacy, conversation):
    other, _ = ConversationStore(gateway.database).open(Identity("acme", "cy"), gateway.now())

    erased(privacy, Whose("acme", "bo"))

    assert found_in(gateway.database.engine) == {"alert", "support", "note"}  # the account's
    ConversationStore(gateway.database).check(other, Identity("acme", "cy"), None)


def test_a_turn_that_ran_meanwhile_leaves_nothing_for_longer_than_it_takes(
    gateway, privacy, conversation, tracker, clock
):
    from tests.builders.canaries import _tracker

    erased(privacy)
    _tracker(tracker, conversation)

    clock.forward(seconds=LATE.total_seconds() + 1)

    assert privacy.sweep()
    assert in_tracker(tracker) == set()


def test_an_erasure_that_dies_at_any_statement_ends_the_same_when_it_is_done_again(
    gateway, privacy, conversation, tracker
):
    faults, confirm = Faults(gateway.database.engine), privacy.plan(ACME).confirm
    for number in range(1, 100):
        if faults.strike(Fault("before", number), lambda: privacy.erase(ACME, confirm=confirm, actor=ANN)) is not None:
            break

    assert 10 < number < 99
    assert erased(privacy).complete
    assert found_in(gateway.database.engine) == in_tracker(tracker) == set()
    assert len(gateway.audit_trail(subject="acme", action="privacy.erase")) == 1


@pytest.mark.parametrize("kind", ["before_commit", "after_commit"])
def test_an_erasure_that_dies_at_its_commit_ends_the_same_when_it_is_done_again(
    gateway, privacy, conversation, tracker, kind
):
    confirm = privacy.plan(ACME).confirm

    died = Faults(gateway.database.engine).strike(
        Fault(kind, 1), lambda: privacy.erase(ACME, confirm=confirm, actor=ANN)
    )

    assert died is None
    assert privacy.erase(ACME, confirm=confirm, actor=ANN).complete
    assert found_in(gateway.database.engine) == in_tracker(tracker) == set()
    assert len(gateway.audit_trail(subject="acme", action="privacy.erase")) == 1


def test_an_account_that_is_not_there_is_refused(privacy):
    with pytest.raises(AccountNotFound):
        privacy.plan(Whose("nobody"))
