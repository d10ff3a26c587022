"""What a server must not import to answer, and that what waits is found where Rasa's own functions look."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys

import pytest

from assistant.speed.deferrals import DEFERRED
from assistant.speed.deferred import StillNeeded, rewritten

NEVER = {
    "aio_pika", "aiohttp", "alembic", "apscheduler", "dask", "dateparser", "jinja2", "mako", "matplotlib", "pandas",
    "phonenumbers", "portalocker", "prompt_toolkit", "psycopg", "pydantic.v1", "questionary", "redis", "requests",
    "rich", "sanic", "scipy", "sklearn", "slack_sdk", "socketio", "statsmodels", "tarsafe", "twilio",
}  # fmt: skip


def test_the_server_imports_none_of_what_no_conversation_needs() -> None:
    code = """
import sys
from gateway.cli.main import application
application(["serve"])
import gateway.app, rasa.core.policies.rule_policy
print(*sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not NEVER & set(done.stdout.split())


def test_a_loaded_model_brings_none_of_it_either() -> None:
    code = """
import sys
from assistant.agent import Assistant
from assistant.train import MODEL
Assistant.load(MODEL, tracker_url="sqlite://")
print(*sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    # each message may hold a telephone number
    assert not (NEVER - {"phonenumbers"}) & set(done.stdout.split())


@pytest.mark.parametrize("name", DEFERRED)
def test_each_module_can_do_without_what_waits_in_it(name: str) -> None:
    spec = importlib.util.find_spec(name)
    assert spec is not None and spec.origin is not None
    with open(spec.origin, encoding="utf-8") as file:
        _, found = rewritten(file.read(), spec.origin, DEFERRED[name])
    assert found


def test_a_function_finds_what_it_always_found() -> None:
    from rasa.core.channels import BUILTIN_CHANNELS, RestInput, channel
    from sanic import Sanic

    assert channel.Sanic is Sanic
    assert BUILTIN_CHANNELS["rest"] is RestInput
    with pytest.raises(AttributeError):
        channel.no_such_name  # noqa: B018


@pytest.mark.parametrize(
    "needed",
    ["size = json.dumps(1) + dumps(2)\nprint(size)", "def f(x=json.x): ...", "def f(json): ..."],
)
def test_what_is_needed_at_once_cannot_wait(needed: str) -> None:
    ast.parse(needed)
    with pytest.raises(StillNeeded):
        rewritten(f"import json\n{needed}", "here", ("json",))
