"""What the log of a real server never holds, whatever is sent to it and whatever breaks."""

from __future__ import annotations

import json
import sqlite3
import time
from datetime import timedelta

from gateway.auth import issue
from tests.integration.gateway.telemetry.conftest import Watched

CARD, MAIL, NAME = "4242424242424242", "mallory@example.com", "Xanthippe"
FORGED = '\n{"event": "forged"}\r\n\x1b[31m forged \u2028'
MARKS = (CARD, "4242 4242", MAIL, NAME, "forged", "acme", "secret-of-nobody", "\x1b")


def test_nothing_of_a_person_and_no_forged_line_is_logged_even_when_things_break(watched: Watched) -> None:
    server = watched.server
    token = issue(server.settings, "acme", MAIL, timedelta(minutes=50))
    customer = server.customer("acme", MAIL)
    conversation = customer.open()
    words = f"I am {NAME}, {MAIL}, card {CARD}, what is my balance? {FORGED}"
    before = len(server.log)

    customer.post(conversation, {"text": words})
    customer.post(conversation, {"text": 5, MAIL: CARD})
    customer.http.get(f"/v1/account/{MAIL}?card={CARD}&x={NAME}")
    customer.http.request(
        "POST",
        "/v1/usage-events",
        content=words.encode(),
        headers={"Authorization": "Bearer secret-of-nobody", "User-Agent": MAIL, "X-Name": NAME},
    )
    customer.http.get(f"/v1/documents/{NAME}-{CARD}")
    with sqlite3.connect(server.folder / "billing.db") as broken:
        broken.execute("ALTER TABLE account RENAME TO account_away")
        broken.execute("ALTER TABLE turn RENAME TO turn_away")
    try:
        failed = customer.post(conversation, {"text": words})
        figures = customer.http.get(f"/v1/account/balance?name={NAME}")
    finally:
        with sqlite3.connect(server.folder / "billing.db") as broken:
            broken.execute("ALTER TABLE turn_away RENAME TO turn")
            broken.execute("ALTER TABLE account_away RENAME TO account")

    assert failed.status_code == figures.status_code == 500
    assert figures.json()["code"] == "internal_error"
    log = server.log[before:]
    for mark in (*MARKS, token, token.split(".")[2]):
        assert mark not in log, mark
    lines = [json.loads(line) for line in log.splitlines()]
    assert all("event" in line and "level" in line for line in lines)
    (broke,) = [line for line in lines if line["event"] == "request failed" and "balance" in line["route"]]
    assert broke["trace_id"] == figures.json()["trace_id"]
    assert "OperationalError: no such table: account" in broke["exception"]


def test_every_request_has_one_line(watched: Watched) -> None:
    before = len(watched.server.log)
    answers = [watched.server.visitor().http.get(path) for path in ("/v1/account", "/nowhere", "/health/live", "/")]

    end = time.monotonic() + 5
    while answers[-1].headers["x-request-id"] not in watched.server.log and time.monotonic() < end:
        time.sleep(0.02)  # the line is written after the answer

    lines = [json.loads(line) for line in watched.server.log[before:].splitlines()]
    told = {line["trace_id"]: line for line in lines if line["event"] == "request"}
    asked = [told.get(answer.headers["x-request-id"], {}).get("route") for answer in answers]
    assert asked == ["/v1/account", "other", None, "/"]
    assert all(line["ms"] >= 0 for line in told.values())
