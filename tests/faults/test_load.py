"""A short load on the real server: all are answered; too many are turned away at once, and harm nobody afterwards."""

from __future__ import annotations

import asyncio

import pytest

from assistant import train
from benchmarks import load
from benchmarks.load_server import LoadServer
from tests.builders.demo import demo_database

LONGEST_WAIT = 8000
"""Milliseconds: the four that a message waits for its place, and the turns in hand, on a machine that is busy."""
RECOVERED_WITHIN = 5.0


@pytest.mark.timeout(240)
def test_who_is_too_much_is_turned_away_at_once_and_answers_come_as_before_afterwards(
    monkeypatch, record_property
) -> None:
    train.main([])
    monkeypatch.setattr(load, "THINK", 2.5)
    monkeypatch.setattr(load, "NO_PAUSE", 0.1)
    monkeypatch.setattr(load, "TIMES_TOO_MANY", 8)
    monkeypatch.setattr(load, "TOO_MANY_FOR", 5.0)
    monkeypatch.setattr(load, "AFTERWARDS", 5.0)
    with LoadServer(demo_database) as server:
        rows = asyncio.run(load.measure(server, 0.15, 20))
    steady, _, beyond, afterwards = rows
    assert [row["errors"] for row in rows] == [0] * 4
    assert steady["turned away"] == 0
    assert steady["turns"] > 20
    assert beyond["turned away"] > 0
    assert max(row[figure] for row in rows for figure in ("p99", "after (p99)")) < LONGEST_WAIT
    assert afterwards["recovered"] < RECOVERED_WITHIN
    assert afterwards["turned away"] == 0
    assert afterwards["p99"] < max(1000, 3 * steady["p99"])
    record_property(
        "shown",
        f"load: p99 {steady['p99']} ms; beyond capacity {beyond['p99']}, {beyond['turned away']} turned away after "
        f"{beyond['after (p99)']}; as before {afterwards['recovered']} s later",
    )
