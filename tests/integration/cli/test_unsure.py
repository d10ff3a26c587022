"""`unsure`: list, label, review and export, as an operator uses them; lines come from a pipe."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.evaluation.corpus import ROOT, TRAINING
from billing.api import Billing
from billing.config import Settings
from gateway import migrations
from gateway.unsure import store
from gateway.unsure.store import Masked
from tests.integration.cli.test_commands import Operator

SAID = [  # seen times, language, text, ranking
    (3, "en", "how heavy was it", [("show_service_usage", 0.4), ("show_usage", 0.3)]),
    (2, "ja", "先月どんな感じ", [("show_usage", 0.3), ("show_plan", 0.1)]),
    (1, "ko", "그거 있잖아 그거", [("show_plan", 0.2)]),
]


@pytest.fixture
def run(tmp_path: Path) -> Operator:
    operator = Operator(tmp_path)
    billing = Billing.open(Settings(database_url=f"sqlite:///{operator.database}"))
    migrations.upgrade(billing.database.engine)
    with billing.database.transaction() as session:
        for times, language, text, ranking in SAID:
            for _ in range(times):
                store.see(session, Masked(language, text), ranking, "asked", billing.now())
        store.go_on(session, Masked("en", "how heavy was it"), "pressed", "show_usage")
        store.go_on(session, Masked("en", "how heavy was it"), "pressed", "out_of_scope")
    billing.close()
    return operator


def labels(run: Operator) -> dict[str, str | None]:
    return {message["text"]: message["label"] for message in run.json("unsure", "list", "--all")}


def test_waiting_messages_are_listed_most_frequent_first(run: Operator) -> None:
    assert [(m["text"], m["seen"]) for m in run.json("unsure", "list")] == [(text, n) for n, _, text, _ in SAID]
    assert [m["text"] for m in run.json("unsure", "list", "--language", "ja")] == ["先月どんな感じ"]
    assert "how heavy was it" in run("unsure", "list", "--limit", "1")


def test_a_message_is_labelled_and_who_did_it_is_audited(run: Operator) -> None:
    labelled = run.json("unsure", "label", "1", "show_usage", "--as", "ann")
    assert (labelled["label"], labelled["labelled_by"]) == ("show_usage", "operator:ann")
    [entry] = run.json("audit", "list", "--subject", "unsure:1")
    assert (entry["actor"], entry["action"], entry["after"]) == (
        "operator:ann",
        "unsure.label",
        {"label": "show_usage"},
    )

    assert "label_unknown" in run("unsure", "label", "1", "nonsense", code=1)
    assert "unsure_message_not_found" in run("unsure", "label", "77", "drop", code=1)


def test_a_review_shows_each_message_with_its_hints_and_takes_numbers_topics_and_keys(run: Operator) -> None:
    printed = run("unsure", "review", stdin="9\nhuh\n1\nfaq/usage_trend\nd\n")

    first = printed.partition("[2/3]")[0]
    assert "[1/3] en · seen 3 · asked\n  how heavy was it\n" in first
    assert "1 show_usage  30%, pressed 1" in first
    assert "2 out_of_scope  pressed 1" in first
    assert "3 show_service_usage  40%" in first
    assert first.count("q quit") == 2  # 9 and huh are no answers
    assert "3 labelled, 0 left" in printed
    assert labels(run) == {
        "how heavy was it": "show_usage", "先月どんな感じ": "faq/usage_trend", "그거 있잖아 그거": "drop",
    }  # fmt: skip


@pytest.mark.parametrize("end", ["q\n", ""])
def test_a_review_that_is_left_goes_on_where_it_was(run: Operator, end: str) -> None:
    assert "1 labelled, 2 left" in run("unsure", "review", stdin=f"1\n{end}")
    again = run("unsure", "review", stdin="s\no\n")

    assert "[1/2] ja · seen 2" in again
    assert labels(run) == {
        "how heavy was it": "show_usage", "先月どんな感じ": None, "그거 있잖아 그거": "out_of_scope",
    }  # fmt: skip


def test_what_was_labelled_is_exported_a_file_a_language_and_topic(run: Operator, tmp_path: Path) -> None:
    run("unsure", "review", stdin="1\n1\nd\n")
    exported = json.loads(run("unsure", "export", str(tmp_path / "out"), "--json"))

    assert (exported["sentences"], exported["known"]) == (2, 0)
    assert {Path(file).resolve().relative_to(tmp_path / "out").as_posix() for file in exported["files"]} == {
        "en/show_usage.yml", "ja/show_usage.yml",
    }  # fmt: skip
    assert (tmp_path / "out" / "ja" / "show_usage.yml").read_text(encoding="utf-8") == (
        'version: "3.1"\nnlu:\n- intent: show_usage\n  examples: |\n    - 先月どんな感じ\n'
    )
    run("unsure", "export", code=2)
    run("unsure", "export", str(tmp_path), "--into-training", code=2)


def test_topics_of_the_content_folder_can_be_labelled_and_stay_out_of_our_training_sentences(
    run: Operator, tmp_path: Path
) -> None:
    run._environment["CONTENT"] = str(ROOT / "examples" / "own_content")
    assert run.json("unsure", "label", "1", "faq/data_residency")["label"] == "faq/data_residency"

    before = {path: path.read_bytes() for path in TRAINING.rglob("*.yml")}
    assert json.loads(run("unsure", "export", "--into-training", "--json"))["sentences"] == 0
    assert {path: path.read_bytes() for path in TRAINING.rglob("*.yml")} == before
    assert run.json("unsure", "export", str(tmp_path / "out"))["sentences"] == 1
    assert (tmp_path / "out" / "en" / "faq" / "data_residency.yml").exists()
