from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

from billing.api import Billing
from tests.builders.databases import a_database
from tests.builders.demo import demo_template
from tests.builders.server import COMMAND, Server
from tests.integration.gateway.conftest import problem

PRODUCTION = {
    "MODE": "production",
    "TOKEN_SECRET": "t" * 40,
    "INTERNAL_SECRET": "i" * 40,
    "DATA_KEYS": "d" * 40,
    "RECEIPT_KEYS": "r" * 40,
}


@pytest.mark.parametrize("missing", ["TOKEN_SECRET", "INTERNAL_SECRET"])
def test_production_without_a_secret_refuses_to_start_and_names_it(tmp_path, missing: str) -> None:
    environment = os.environ | PRODUCTION | {"DATABASE_URL": f"sqlite:///{tmp_path / 'b.db'}"}
    environment.pop(missing)
    ended = subprocess.run([COMMAND, "serve"], env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert missing in ended.stderr
    assert "Traceback" not in ended.stderr


def test_production_gives_out_no_demo_tokens_takes_no_demo_secret_and_needs_a_catalogue(tmp_path) -> None:
    server = Server(tmp_path, **PRODUCTION).start()
    assert problem(httpx.post(f"{server.address}/demo/token", json={"account": "acme"}), 404, "not_found")
    assert problem(server.customer("acme").get("/v1/account"), 401, "token_invalid")
    assert problem(httpx.get(f"{server.address}/health/ready"), 503, "catalogue_missing")
    assert server.stop() == 0


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_server_told_to_end_finishes_the_turns_in_hand(tmp_path, how: signal.Signals) -> None:
    server = Server(tmp_path).with_demo_data().start()
    acme = server.customer("acme")
    conversation = acme.open()
    acme.say(conversation, "top up 50 dollars by card")
    answers: list[httpx.Response] = []
    sending = threading.Thread(target=lambda: answers.append(acme.post(conversation, {"text": "yes"}, "k")))
    sending.start()
    time.sleep(0.1)

    assert server.stop(how) == 0
    sending.join()

    assert "$50.00 was added" in answers[0].json()["messages"][0]["text"]
    assert "Traceback" not in server.log


def test_a_request_to_sales_reaches_the_webhook_when_it_is_back(tmp_path) -> None:
    received: list[dict] = []
    broken = threading.Event()
    broken.set()

    class Crm(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if not broken.is_set():
                received.append(json.loads(body))
            self.send_response(500 if broken.is_set() else 204)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    crm = HTTPServer(("127.0.0.1", 0), Crm)
    threading.Thread(target=crm.serve_forever, daemon=True).start()
    server = (
        Server(tmp_path, SALES_WEBHOOK_URL=f"http://127.0.0.1:{crm.server_port}/", SALES_WEBHOOK_SECRET="w" * 40)
        .with_demo_data()
        .start()
    )
    visitor = server.visitor()
    conversation = visitor.open()
    [_, topic] = visitor.say(conversation, "please have someone from sales call me back")
    visitor.post(conversation, {"choice": topic["buttons"][0]["choice"]})
    for text in ("buyer@example.com", "We need a quote for 40 seats", "yes"):
        said = visitor.say(conversation, text)
    number = said[0]["text"]
    time.sleep(3)
    broken.clear()

    end = time.monotonic() + 60
    while not received and time.monotonic() < end:
        time.sleep(0.2)
    assert server.stop() == 0
    crm.shutdown()
    [request] = received
    assert json.dumps(request).count("buyer@example.com") == 1
    billing = Billing.open(server.settings)
    [kept] = billing.all_requests()
    assert kept.id in number
    assert billing.undelivered() == []
    billing.close()


def test_a_webhook_that_never_answers_does_not_hold_the_server_up(tmp_path) -> None:
    silent = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
    server = Server(tmp_path, SALES_WEBHOOK_URL=address, SALES_WEBHOOK_SECRET="w" * 40).with_demo_data().start()
    acme = server.customer("acme")
    for _ in range(3):
        conversation = acme.open()
        acme.say(conversation, "pause my plan")
        acme.say(conversation, "yes")
    begun = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - begun < 12
    silent.close()


def test_the_server_keeps_everything_in_postgresql_where_it_is_given_one(tmp_path, postgresql_server: str) -> None:
    with a_database(postgresql_server, template=demo_template()) as address:
        server = Server(tmp_path, DATABASE_URL=address).start()
        acme = server.customer("acme")
        conversation = acme.open()
        acme.say(conversation, "top up 50 dollars by card")
        first = acme.say(conversation, "yes", key="k")
        assert server.stop() == 0
        server.start()
        assert acme.say(conversation, "yes", key="k") == first
        assert acme.get("/v1/account/balance").json()["top_up"]["amount"] == "200.00"
        assert server.stop() == 0
