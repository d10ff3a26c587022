"""How long a turn takes: over HTTP, one after the other, on the embedded database with the demo data."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from assistant import train
from benchmarks.report import publish
from benchmarks.stock.figures import percentile
from tests.builders.ports import free_port

TURNS = 200
LONG = {"turn 5 to 24": slice(4, 24), "turn 500 to 519": slice(499, 519)}
"""Turns of one conversation whose medians are compared: the last is to cost at most 1.2 times the first."""
KINDS = {"knowledge": "What is a billing plan?", "live figure": "What is my balance?"}
COMMAND = str(Path(sys.executable).parent / "billing-assistant")


def run() -> None:
    """Measure and publish."""
    train.main([])
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environment = os.environ | {"DATABASE_URL": f"sqlite:///{folder}/billing.db", "PORT": str(port)}
        subprocess.run([COMMAND, "demo", "load"], env=environment, check=True)
        started = time.perf_counter()
        environment |= {
            "RATE_ADDRESS": "0",
            "RATE_ACCOUNT": "0",
            "RATE_CONVERSATION": "0",
        }  # one address, faster than people
        server = subprocess.Popen([COMMAND, "serve"], env=environment, stdout=subprocess.DEVNULL)
        try:
            rows, long = _measure(f"http://127.0.0.1:{port}", started, server.pid)
        finally:
            server.terminate()
            server.wait()
    publish("turns", f"A turn over HTTP, {TURNS} in sequence (ms); a repeated sentence is understood once", rows)
    publish("turns_long", "A turn late in a conversation, median (ms)", long)


def _measure(address: str, started: float, pid: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    with httpx.Client(base_url=address, timeout=60) as http:
        while True:
            try:
                http.get("/health/ready").raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.05)
        ready = time.perf_counter() - started
        begun = {"ready after (s)": round(ready, 1), "memory (MB)": _memory(pid)}
        token = http.post("/demo/token", json={"account": "acme"}).json()["token"]
        http.headers["Authorization"] = f"Bearer {token}"
        rows = [_row(http, kind, text, pid, fresh) for kind, text in KINDS.items() for fresh in (False, True)]
        rows = [row | begun for row in rows]
        return rows, [_late(http, kind, text) for kind, text in KINDS.items()]


def _row(http: httpx.Client, kind: str, text: str, pid: int, fresh: bool) -> dict[str, Any]:
    before = _processor_time(pid)
    taken = _taken(http, [f"{text} {number}" if fresh else text for number in range(TURNS)])
    spent = (_processor_time(pid) - before) * 1000 / TURNS
    return {
        "turn": f"{kind}, {'each worded differently' if fresh else 'the same words'}",
        "p50": round(statistics.median(taken), 1),
        "p99": round(percentile(taken, 0.99), 1),
        "processor": round(spent, 1),
    }


def _processor_time(pid: int) -> float:
    """Seconds that the process has computed, in all its threads (Linux): what does not depend on other work."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) // 1024


def _late(http: httpx.Client, kind: str, text: str) -> dict[str, Any]:
    taken = _taken(http, [text] * max(part.stop for part in LONG.values()))
    early, late = (statistics.median(taken[part]) for part in LONG.values())
    figures = dict(zip(LONG, (round(early, 1), round(late, 1)), strict=True))
    return {"turn": kind, **figures, "last × first": round(late / early, 2)}


def _taken(http: httpx.Client, said: list[str]) -> list[float]:
    """Milliseconds of each turn of one new conversation."""
    conversation, taken = http.post("/v1/conversations").json()["id"], []
    for text in said:
        begun = time.perf_counter()
        http.post(f"/v1/conversations/{conversation}/messages", json={"text": text}).raise_for_status()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken
