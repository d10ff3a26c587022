"""A short load on the real server: everybody is answered, and too many for a while harm nobody afterwards."""

from __future__ import annotations

import asyncio

import pytest

from assistant import train
from benchmarks import load
from benchmarks.load_server import LoadServer
from tests.builders.demo import demo_database


@pytest.mark.timeout(240)
def test_twenty_chatters_are_answered_also_after_too_many_came(monkeypatch, record_property) -> None:
    train.main([])
    monkeypatch.setattr(load, "THINK", 2.5)
    monkeypatch.setattr(load, "TOO_MANY_FOR", 5.0)
    monkeypatch.setattr(load, "AFTERWARDS", 5.0)
    with LoadServer(demo_database) as server:
        rows = asyncio.run(load.measure(server, 0.25, 20))
    steady, too_many, afterwards = rows
    assert [row["errors"] for row in rows] == [0, 0, 0]
    assert steady["turned away"] == 0
    assert steady["turns"] > 60
    assert afterwards["p99"] < max(1000, 3 * steady["p99"])
    record_property(
        "shown", f"load: p99 {steady['p99']} ms, {too_many['p99']} with too many, {afterwards['p99']} after"
    )
