"""Whom a real server talks to, and what of it listens: told by the interpreter's audit events and by the kernel."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant import train
from billing.config import ROOT
from tests.builders.server import Server

_WATCH = """
import atexit, json, os, sys
_met = []
def _note(event, told):
    if event in ("socket.connect", "socket.sendto", "socket.bind") and isinstance(told[1], tuple):
        _met.append([event, str(told[1][0])])
    elif event == "socket.getaddrinfo":
        _met.append([event, str(told[0])])
sys.addaudithook(_note)
def _tell():
    with open(os.environ["WATCHED"], "w") as file:
        json.dump({"met": _met, "modules": sorted(sys.modules)}, file)
atexit.register(_tell)
"""
HERE = {"127.0.0.1", "::1", "localhost"}


@dataclass
class Seen:
    met: list[list[str]]
    modules: set[str]
    listening: set[int]
    port: int


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    """What a server did from its start over a few turns to its end."""
    train.main([])
    folder = tmp_path_factory.mktemp("guarded")
    (folder / "sitecustomize.py").write_text(_WATCH)
    path = os.pathsep.join([str(folder), str(ROOT)])
    server = Server(folder, PYTHONPATH=path, WATCHED=str(folder / "seen.json")).with_demo_data().start()
    customer = server.customer("acme")
    conversation = customer.open()
    for text in ("What is my balance?", "이번 달 사용량은?", "プランを教えて", "what do you offer?"):
        customer.say(conversation, text)
    customer.get("/metrics")
    listening = ports_of(server.process.pid)
    assert server.stop() == 0
    told = json.loads((folder / "seen.json").read_text())
    yield Seen(told["met"], set(told["modules"]), listening, server.port)


def ports_of(pid: int) -> set[int]:
    """Where the process listens, as the kernel has it."""
    own = {os.readlink(each) for each in Path(f"/proc/{pid}/fd").iterdir() if each.is_symlink()}
    lines = [
        line.split() for kind in ("tcp", "tcp6") for line in Path(f"/proc/{pid}/net/{kind}").read_text().splitlines()
    ]
    return {int(each[1].rpartition(":")[2], 16) for each in lines if each[3] == "0A" and f"socket:[{each[9]}]" in own}


def test_only_this_machine_is_talked_to(seen: Seen) -> None:
    assert ["socket.bind", "127.0.0.1"] in seen.met  # the watch works
    assert {whom for _, whom in seen.met} <= HERE


def test_nothing_but_the_gateway_listens(seen: Seen) -> None:
    assert seen.listening == {seen.port}


def test_rasas_own_servers_are_never_started_and_no_channel_of_its_own_is_read_from(seen: Seen) -> None:
    assert {"rasa.server", "rasa.core.run", "rasa_sdk.endpoint"} & seen.modules == set()
    assert {"sentry_sdk", "segment", "analytics", "tensorflow"} & seen.modules == set()
