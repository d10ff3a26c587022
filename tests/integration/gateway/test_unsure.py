"""Unsure messages in the database: kept masked and once with their turn, labelled, exported, forgotten."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from fastapi.testclient import TestClient
from rasa.shared.nlu.training_data.loading import load_data
from structlog.testing import capture_logs

from assistant.doubts import Afterwards, Doubt, Noticed
from assistant.evaluation.corpus import TRAINING, Sentence, held_out, trained
from billing.api import Billing
from billing.config import Settings
from gateway import background
from gateway.app import create_app
from gateway.auth import Identity
from gateway.conversations.models import Base, TurnRow
from gateway.conversations.schemas import NewMessage
from gateway.conversations.store import ConversationStore
from gateway.errors import Problem
from gateway.unsure import store, training
from gateway.unsure.service import Unsure
from tests.integration.gateway.conftest import problem

ANN = Identity("acme", "ann-7")
RANKING = (("show_usage", 0.41), ("show_service_usage", 0.33))


@pytest.fixture
def unsure(gateway: Billing) -> Unsure:
    return Unsure(gateway, Settings())


class Turns:
    """Turns of one conversation, finished with what was noticed."""

    def __init__(self, billing: Billing, unsure: Unsure) -> None:
        self._store, self._billing, self._unsure = ConversationStore(billing.database), billing, unsure
        self._conversation, _ = self._store.open(ANN, billing.now())

    def claim(self) -> int:
        return self._store.claim(self._conversation, uuid4().hex, NewMessage(text="hm"), self._billing.now()).id

    def finish(self, noticed: Noticed, turn: int | None = None) -> int:
        turn = turn or self.claim()
        at = self._billing.now()
        self._store.finish(
            self._conversation, turn, [{"text": "…", "buttons": []}], at, self._unsure.keeping(noticed, ANN, at)
        )
        return turn


@pytest.fixture
def turns(gateway: Billing, unsure: Unsure) -> Turns:
    return Turns(gateway, unsure)


def doubt(text: str = "what about the thing", language: str = "en", outcome: str = "asked") -> Doubt:
    return Doubt(text, language, RANKING, outcome)


def test_the_migrated_tables_are_what_the_models_say(gateway: Billing) -> None:
    def ours(obj, name, kind, reflected, other) -> bool:
        return kind != "table" or name in Base.metadata.tables

    with gateway.database.engine.connect() as connection:
        found = MigrationContext.configure(connection, opts={"include_object": ours})
        assert compare_metadata(found, Base.metadata) == []


def test_a_message_is_kept_masked_and_without_whose_it_is(turns: Turns, unsure: Unsure, gateway: Billing) -> None:
    turns.finish(Noticed(doubt("acme here, write to ann@acme.com about the ５０ USD of ann-7")))

    [kept] = unsure.messages()
    assert kept.text == "<name> here, write to <email> about the 50 USD of <name>"
    assert (kept.outcome, kept.ranking[0].topic, kept.ranking[0].confidence) == ("asked", "show_usage", 0.41)
    with gateway.database.snapshot() as session:
        row = session.execute(sa.text("SELECT * FROM unsure_message")).mappings().one()
    assert "acme" not in str(dict(row)) and "ann" not in str(dict(row))


def test_the_same_text_is_kept_once_a_language_with_when_it_was_said(turns, unsure, clock) -> None:
    turns.finish(Noticed(doubt("call 010-1234-5678 now")))
    clock.forward(days=2)
    turns.finish(Noticed(doubt("call 090-9876-5432  now", outcome="out_of_scope")))
    turns.finish(Noticed(doubt("call <phone> now", language="ko")))

    english, korean = unsure.messages()
    assert (english.seen, english.outcome, english.text) == (2, "out_of_scope", "call <phone> now")
    assert english.last_seen - english.first_seen == timedelta(days=2)
    assert (korean.seen, korean.language) == (1, "ko")


def test_what_the_writer_did_next_is_counted(turns: Turns, unsure: Unsure) -> None:
    turns.finish(Noticed(doubt()))
    for how, topic in (("pressed", "show_usage"), ("pressed", "show_usage"), ("wrote", "show_plan")):
        turns.finish(Noticed(afterwards=Afterwards(doubt(), how, topic)))
    turns.finish(Noticed(afterwards=Afterwards(doubt("never kept"), "pressed", "show_usage")))

    [kept] = unsure.messages()
    assert kept.afterwards.model_dump() == {"pressed": {"show_usage": 2}, "wrote": {"show_plan": 1}}


def test_a_turn_that_is_finished_twice_counts_once(turns: Turns, unsure: Unsure) -> None:
    turn = turns.finish(Noticed(doubt()))
    turns.finish(Noticed(doubt()), turn)

    assert [kept.seen for kept in unsure.messages()] == [1]


def test_turns_at_once_are_all_counted(turns: Turns, unsure: Unsure) -> None:
    claimed = [turns.claim() for _ in range(8)]
    threads = [threading.Thread(target=turns.finish, args=(Noticed(doubt()), turn)) for turn in claimed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [kept.seen for kept in unsure.messages()] == [8]


@pytest.mark.parametrize("broken", ["see", "mask"])
def test_what_cannot_be_kept_is_logged_and_the_turn_is_done(turns, unsure, gateway, monkeypatch, broken) -> None:
    def fail(*args, **kwargs):
        raise RuntimeError("broken")

    def fail_in_the_database(session, *args):
        session.execute(sa.text("INSERT INTO no_such_table VALUES (1)"))

    if broken == "see":
        monkeypatch.setattr(store, "see", fail_in_the_database)
    else:
        monkeypatch.setattr("gateway.unsure.service.mask", fail)
    with capture_logs() as logged:
        turn = turns.finish(Noticed(doubt()))

    with gateway.database.snapshot() as session:
        assert session.get_one(TurnRow, turn).state == "done"
    assert unsure.messages() == []
    assert [(entry["log_level"], entry["event"].split(",")[0]) for entry in logged] == [
        ("error", "unsure message not masked" if broken == "mask" else "unsure message not kept")
    ]


@pytest.mark.parametrize("text", ["ann@example.com", "4111 1111 1111 1111 010-1234-5678", "?!", "long " * 60])
def test_what_holds_nothing_to_learn_or_a_whole_story_is_not_kept(turns, unsure, text) -> None:
    turns.finish(Noticed(doubt(text)))
    assert unsure.messages() == []


def test_what_was_not_said_for_the_retention_is_forgotten_labelled_or_not(turns, unsure, clock) -> None:
    for text in ("old", "old and labelled", "said again"):
        turns.finish(Noticed(doubt(text)))
    unsure.label(unsure.messages()[1].id, "show_usage", actor="operator:ann")
    clock.forward(days=50)
    turns.finish(Noticed(doubt("said again")))
    clock.forward(days=41)

    assert unsure.forget() == 2
    assert [kept.text for kept in unsure.messages(state="all")] == ["said again"]


def test_nothing_is_kept_where_the_retention_is_no_day(gateway: Billing) -> None:
    nothing = Unsure(gateway, Settings(unsure_retention_days=0))
    assert nothing.keeping(Noticed(doubt()), ANN, gateway.now()) is None


def test_a_label_is_audited_and_may_be_changed(turns: Turns, unsure: Unsure, gateway: Billing) -> None:
    turns.finish(Noticed(doubt()))
    [kept] = unsure.messages()
    unsure.label(kept.id, "show_usage", actor="operator:ann")
    unsure.label(kept.id, "drop", actor="operator:bob")

    assert unsure.messages() == []
    [labelled] = unsure.messages(state="labelled")
    assert (labelled.label, labelled.labelled_by) == ("drop", "operator:bob")
    second, first = gateway.audit_trail(subject=f"unsure:{kept.id}")
    assert (first.actor, first.action, first.before, first.after) == (
        "operator:ann", "unsure.label", {"label": None}, {"label": "show_usage"},
    )  # fmt: skip
    assert (second.before, second.after) == ({"label": "show_usage"}, {"label": "drop"})


@pytest.mark.parametrize(
    ("there", "label", "code"), [(True, "balance", "label_unknown"), (False, "drop", "unsure_message_not_found")]
)
def test_a_wrong_label_changes_nothing(turns: Turns, unsure: Unsure, gateway: Billing, there, label, code) -> None:
    turns.finish(Noticed(doubt()))
    [kept] = unsure.messages()
    trail = len(gateway.audit_trail())
    with pytest.raises(Problem) as refused:
        unsure.label(kept.id if there else kept.id + 1, label, actor="operator:ann")
    assert refused.value.code == code
    assert unsure.messages() == [kept]
    assert len(gateway.audit_trail()) == trail


@pytest.fixture
def labelled(turns: Turns, unsure: Unsure) -> Unsure:
    """Labelled messages, two of them known: one is trained on, one is held out."""
    there = next(s for s in trained() if s.language == "en" and s.topic == "show_usage")
    measured = next(s for s in held_out() if s.language == "ja" and s.topic == "show_usage")
    said = [
        ("en", "how heavy was last month", "show_usage"),
        ("en", "How heavy was last month?!", "show_usage"),
        ("en", "- [my plan](x) {y}: what\tnow", "show_plan"),
        ("en", there.text.upper(), "show_usage"),
        ("ja", measured.text, "show_usage"),
        ("ja", "先月どんな感じ", "show_usage"),
        ("ko", "충전이란 게 뭐더라", "faq/recharge"),
        ("ko", "아무 말", "drop"),
        ("ko", "날씨 어때", "out_of_scope"),
    ]
    for language, text, label in said:
        turns.finish(Noticed(doubt(text, language)))
        unsure.label(unsure.messages()[-1].id, label, actor="operator:ann")
    return unsure


def test_labelled_messages_become_files_that_rasa_reads(labelled: Unsure, tmp_path: Path) -> None:
    chosen = training.choose(labelled.messages(state="labelled"))
    written = training.write(chosen.sentences, tmp_path / "out")

    assert chosen.known == 3
    assert sorted(chosen.sentences) == [
        Sentence("en", "show_plan", "(my plan)(x) (y): what now"),
        Sentence("en", "show_usage", "how heavy was last month"),
        Sentence("ja", "show_usage", "先月どんな感じ"),
        Sentence("ko", "faq/recharge", "충전이란 게 뭐더라"),
        Sentence("ko", "out_of_scope", "날씨 어때"),
    ]
    assert [path.relative_to(tmp_path / "out").as_posix() for path in written] == [
        "en/show_plan.yml", "en/show_usage.yml", "ja/show_usage.yml", "ko/faq/recharge.yml", "ko/out_of_scope.yml",
    ]  # fmt: skip
    read = load_data(str(tmp_path / "out"))
    assert sorted((e.get("intent_response_key") or e.get("intent"), e.get("text")) for e in read.intent_examples) == (
        sorted((s.topic, s.text) for s in chosen.sentences)
    )
    assert read.entity_examples == []


def test_what_is_exported_again_stands_there_once(labelled: Unsure, tmp_path: Path) -> None:
    chosen = training.choose(labelled.messages(state="labelled")).sentences
    training.write(chosen[:3], tmp_path)
    training.write(chosen, tmp_path)
    assert training.write(chosen, tmp_path) == []
    assert sorted(trained(tmp_path)) == sorted(chosen)


def test_sentences_are_appended_to_the_training_files_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "ko" / "faq" / "recharge.yml"
    path.parent.mkdir(parents=True)
    before = (TRAINING / "ko" / "faq" / "recharge.yml").read_text(encoding="utf-8")
    path.write_text(before, encoding="utf-8")
    training.write([Sentence("ko", "faq/recharge", "충전이란 게 뭐더라")], tmp_path)

    assert path.read_text(encoding="utf-8") == before.rstrip() + "\n    - 충전이란 게 뭐더라\n"


@pytest.fixture
def operator(gateway: Billing, unsure: Unsure) -> Iterator[TestClient]:
    app = create_app(Settings(database_url=gateway.database.url))
    app.state.billing, app.state.unsure = gateway, unsure
    key = gateway.create_api_key("ann", ["operator"]).key
    yield TestClient(app, headers={"Authorization": f"Bearer {key}"}, raise_server_exceptions=False)


def test_operators_list_label_and_fetch_training_data_over_http(operator: TestClient, turns: Turns) -> None:
    for text, times in (("how heavy was it", 2), ("what about it", 1)):
        for _ in range(times):
            turns.finish(Noticed(doubt(text)))

    listed = operator.get("/v1/operator/unsure?limit=1").json()
    assert ([message["text"] for message in listed["messages"]], listed["total"]) == (["how heavy was it"], 2)
    address = f"/v1/operator/unsure/{listed['messages'][0]['id']}/label"
    assert operator.put(address, json={"label": "show_usage"}).json()["labelled_by"] == "operator:ann"
    assert problem(operator.put(address, json={"label": "nonsense"}), 422, "label_unknown")
    assert problem(
        operator.put("/v1/operator/unsure/99/label", json={"label": "drop"}), 404, "unsure_message_not_found"
    )
    assert operator.get("/v1/operator/unsure?language=ko&state=all").json()["total"] == 0

    data = operator.get("/v1/operator/unsure/training-data?language=en")
    assert data.headers["content-type"].startswith("application/yaml")
    assert data.text == 'version: "3.1"\nnlu:\n- intent: show_usage\n  examples: |\n    - how heavy was it\n'


def test_a_server_forgets_by_itself(turns: Turns, unsure: Unsure, gateway: Billing, clock, monkeypatch) -> None:
    turns.finish(Noticed(doubt()))
    clock.forward(days=91)
    forget = unsure.forget

    async def serve_until_forgotten() -> None:
        forgotten, loop = asyncio.Event(), asyncio.get_running_loop()
        monkeypatch.setattr(unsure, "forget", lambda: (forget(), loop.call_soon_threadsafe(forgotten.set)))
        async with background.running(gateway, Settings(), unsure, lambda: 60.0):
            await asyncio.wait_for(forgotten.wait(), 30)

    asyncio.run(serve_until_forgotten())
    assert unsure.messages(state="all") == []
