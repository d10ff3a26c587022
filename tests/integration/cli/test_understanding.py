"""`understanding report` on sentences of an operator's own, with the trained model."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from assistant import train
from tests.builders.server import COMMAND

SENTENCES = {
    "en": {"show_balance": "what is my balance?", "show_plan": "how much credit is left?"},
    "ja": {"show_balance": "残高を教えてください"},
    "ko": {"show_balance": "잔액이 얼마예요?"},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    train.main([])
    made = tmp_path_factory.mktemp("sentences")
    for language, topics in SENTENCES.items():
        blocks = [f"- intent: {topic}\n  examples: |\n    - {text}\n" for topic, text in topics.items()]
        (made / f"{language}.yml").write_text('version: "3.1"\nnlu:\n' + "".join(blocks), encoding="utf-8")
    return made


def report(folder: Path, *options: str) -> str:
    command = [COMMAND, "understanding", "report", "--sentences", str(folder), *options]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_the_figures_of_every_language_are_a_line_of_json_each(folder: Path) -> None:
    english, japanese, korean = map(json.loads, report(folder, "--json").splitlines())

    assert [each["language"] for each in (english, japanese, korean)] == ["en", "ja", "ko"]
    assert english["accuracy"] == 0.5
    assert english["confusions"] == [
        {"topic": "show_plan", "guess": "show_balance", "times": 1, "example": "how much credit is left?"}
    ]
    assert {topic["topic"]: topic["recall"] for topic in english["topics"]} == {"show_balance": 1, "show_plan": 0}
    assert sum(each["guesses"] for each in english["reliability"]) == english["sentences"] == 2
    assert 0 < japanese["p50_ms"] <= japanese["p99_ms"]


def test_the_tables_name_topics_confusions_and_calibration(folder: Path) -> None:
    printed = report(folder, "--language", "en")
    for word in ("precision", "taken for", "confidence from", "how much credit is left?", "p99_ms"):
        assert word in printed
