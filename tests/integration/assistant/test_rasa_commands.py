"""The Rasa project stays a normal one: Rasa's own commands work from the same files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from assistant import train
from assistant.evaluation import gate
from assistant.evaluation.corpus import HELD_OUT, topics
from tests.builders.demo import demo_database
from tests.builders.ports import free_port

ROOT = Path(__file__).resolve().parents[3]
SAID = "what is my balance?\n許可セッションとは何ですか\nチャージしたい\n-5\n/stop\n"
RASA = [str(Path(sys.executable).parent / "rasa")]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A copy of the project's files, so that Rasa's own databases and reports land elsewhere."""
    train.main([])
    folder = tmp_path_factory.mktemp("project")
    for name in ("config.yml", "domain.yml", "endpoints.yml", "credentials.yml"):
        shutil.copy(ROOT / name, folder / name)
    for name in ("data", "models"):
        (folder / name).symlink_to(ROOT / name)
    database = demo_database(folder / "billing.db")
    return folder, os.environ | {
        "DATABASE_URL": database,
        "DEVELOPER_ACCOUNT": "acme",
        "RASA_TELEMETRY_ENABLED": "false",
        "SANIC_IGNORE_PRODUCTION_WARNING": "true",
    }


def test_rasa_test_passes_the_stories(project) -> None:
    folder, environment = project
    stories = ROOT / "tests" / "stories" / "test_stories.yml"
    done = subprocess.run(
        [*RASA, "test", "core", "--stories", str(stories), "--model", str(train.MODEL), "--out", "results"],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    failed = (folder / "results" / "failed_test_stories.yml").read_text()
    assert "None of the test stories failed" in failed, failed


def test_rasa_test_reads_the_held_out_sentences_and_reports_on_every_topic(project) -> None:
    """All knowledge topics are one intent to Rasa, told apart by its response selector: two reports."""
    folder, environment = project
    out = folder / "understood"
    done = subprocess.run(
        [*RASA, "test", "nlu", "--nlu", str(HELD_OUT / "ko.yml"), "--model", str(train.MODEL), "--out", str(out)],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    intents = json.loads((out / "intent_report.json").read_text())
    answers = json.loads((out / "response_selection_report.json").read_text())
    assert {topic.partition("/")[0] for topic in topics()} <= intents.keys()
    assert {topic for topic in topics() if "/" in topic} <= answers.keys()
    assert intents["accuracy"] >= gate.recorded()["ko"]["accuracy"] - gate.MOST_LOST
    assert (out / "intent_errors.json").exists()


def test_rasa_shell_talks_with_the_action_server(project) -> None:
    """`rasa run actions` and `rasa shell` together, as a bot builder has them."""
    folder, environment = project
    port = free_port()
    (folder / "endpoints.yml").write_text(
        (ROOT / "endpoints.yml").read_text().replace("127.0.0.1:5055", f"127.0.0.1:{port}")
    )
    actions = subprocess.Popen(
        [*RASA, "run", "actions", "--actions", "actions", "--port", str(port)],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(f"http://127.0.0.1:{port}/health")
        talked = subprocess.run(
            [*RASA, "shell", "--port", str(free_port()), "--model", str(train.MODEL)],
            cwd=folder, env=environment, input=SAID,
            capture_output=True, text=True, timeout=200, check=False,
        )  # fmt: skip
    finally:
        actions.terminate()
        actions.wait(timeout=30)
    assert "is available" in talked.stdout, talked.stdout[-2000:] + talked.stderr[-2000:]
    assert "lang=ja" in talked.stdout
    assert "$25.00から" in talked.stdout.partition("チャージします")[2]
    assert "0より大きい" in talked.stdout


def _wait(address: str) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end:
        try:
            httpx.get(address, timeout=2).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.3)
        else:
            return
    raise AssertionError(f"{address} does not answer")
