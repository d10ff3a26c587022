"""A bot builder without code: a folder, checked, trained, and talked to in three languages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.content.check import check
from tests.builders import commands
from tests.builders.demo import demo_database

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "examples" / "own_content"
COMMAND = str(Path(sys.executable).parent / "billing-assistant")
QUESTIONS = [f"may guest number {number} use the pool" for number in range(15)]


def forked(*arguments: str, said: str = "", code: int = 0) -> str:
    ended = commands.run(arguments, os.environ, said)
    assert ended.code == code, ended.out + ended.err
    return ended.out + ended.err


def run(*command: str, said: str = "", code: int = 0, **environment: str) -> str:
    done = subprocess.run(
        command, input=said, capture_output=True, text=True, cwd=ROOT, env=os.environ | environment, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The example's content, trained, on a database with the demo data and the example's catalogue."""
    folder = tmp_path_factory.mktemp("own")
    shutil.copytree(EXAMPLE, folder / "content", ignore=shutil.ignore_patterns("models"))
    environment = {"CONTENT": str(folder / "content"), "DATABASE_URL": f"sqlite:///{folder / 'billing.db'}"}
    run(sys.executable, "-m", "assistant.train", **environment)
    demo_database(folder / "billing.db")
    run(COMMAND, "catalogue", "load", str(EXAMPLE / "catalogue.yml"), **environment)
    return environment


def test_a_new_folder_changes_nothing_and_has_no_mistakes(tmp_path: Path) -> None:
    made = forked("content", "new", str(tmp_path / "bot"))
    assert {"content.yml", "catalogue.yml", "texts.yml"} <= {Path(line).name for line in made.splitlines()}
    assert "0 mistakes" in forked("content", "check", "--folder", str(tmp_path / "bot"))
    assert "is there already" in forked("content", "new", str(tmp_path / "bot"), code=1)


def test_a_topic_is_added_by_answering_questions(tmp_path: Path) -> None:
    forked("content", "new", str(tmp_path / "bot"))
    lines = ["The pool", "Open until ten.", "Bring a towel.", "", *QUESTIONS, "", "", "", "https://example.com/pool"]
    add = ("faq", "add", "pool", "--folder", str(tmp_path / "bot"))

    assert "0 mistakes" in forked(*add, said="\n".join(lines) + "\n")
    assert forked("faq", "list", "--folder", str(tmp_path / "bot")) == "faq/pool: en 15\n"
    assert "edit it" in forked(*add, code=1)
    few = forked(*add[:2], "bath", *add[3:], said="The bath\nOpen.\n\nmay I\n\n\n\n\n", code=1)
    assert "questions.en" in few


def test_a_mistake_stops_the_check_and_the_training(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "bot", ignore=shutil.ignore_patterns("models"))
    catalogue = tmp_path / "bot" / "catalogue.yml"
    catalogue.write_text(catalogue.read_text("utf-8").replace('USD: "49"', "USD: 49.5"), encoding="utf-8")
    assert "write decimals in quotes" in forked("content", "check", "--folder", str(tmp_path / "bot"), code=1)

    (tmp_path / "bot" / "content.yml").write_text("tone: grumpy\n", encoding="utf-8")
    refused = run(sys.executable, "-m", "assistant.train", CONTENT=str(tmp_path / "bot"), code=1)
    assert "content.yml:1: tone" in refused
    assert not (tmp_path / "bot" / "models" / "model.tar.gz").exists()
    assert "names no folder" in run(sys.executable, "-m", "assistant.train", CONTENT=str(tmp_path / "nowhere"), code=1)


def test_the_guides_commands_and_files_do_what_it_says(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "content.md").read_text("utf-8")
    shell, text, topic = re.findall(r"^```(?:sh|yaml)\n(.*?)^```", guide, re.MULTILINE | re.DOTALL)
    said = "\n".join(["The pool", "Open until ten.", "", *QUESTIONS, "", "", "", ""]) + "\n"
    commands_told = re.findall(r"^\.venv/bin/billing-assistant (.*?)(?:\s+#.*)?$", shell, re.MULTILINE)

    assert len(commands_told) == 3
    for told in commands_told:
        forked(*told.replace("../my-bot", str(tmp_path / "bot")).split(), said=said)
    (tmp_path / "bot" / "texts" / "texts.yml").write_text(text, encoding="utf-8")
    (tmp_path / "bot" / "faq" / "data_residency.yml").write_text(topic, encoding="utf-8")
    checked = check(tmp_path / "bot")
    assert {mistake.why for mistake in checked if "questions" in mistake.why} == {
        "8 questions in en: it is better understood from 15"
    }
    assert not [mistake for mistake in checked if not mistake.warning]


TALK = {
    "hello": "I am Ami of Example Cloud",
    "where are your servers located?": "the region that you chose",
    "データってどこの国に置いてますか": "東京、ソウル、フランクフルト",
    "서버 위치가 어디예요": "도쿄, 서울, 프랑크푸르트",
    "is my data encrypted": "that one is beyond me",
    "which plans do you have": "Team Plus (299 USD a month)",
    "how does topping up work": "https://example.com/docs/top-up",
    "what is my balance?": "$",
    "I want to switch to team plus": "Change to the Team Plus plan (monthly) now for $299.00?",
    "no": "nothing was charged",
    "営業に連絡したい": "月曜日～金曜日の9:00～18:00",
}


@pytest.mark.model
def test_the_bot_speaks_for_its_builder(own: dict[str, str]) -> None:
    talk = run(COMMAND, "chat", "--account", "acme", said="\n".join(TALK) + "\n", **own)
    replies = dict(part.split("\n", 1) for part in talk.split("> ") if "\n" in part)

    assert {asked: replies[asked] for asked, expected in TALK.items() if expected not in replies[asked]} == {}
