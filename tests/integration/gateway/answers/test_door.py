"""The traces of answers over HTTP and on the command line, on a real server."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from billing.api import Billing
from tests.builders.commands import run
from tests.integration.gateway.conftest import problem


@pytest.fixture
def asked(server) -> str:
    """An answer of acme's."""
    acme = server.customer("acme", "tracer")
    [said] = acme.say(acme.open(), "What is my balance?")
    return said["answer_id"]


def test_the_owner_is_told_what_the_figures_came_from(server, asked: str) -> None:
    answer = server.customer("acme", "tracer").get(f"/v1/account/answers/{asked}/trace")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    [message] = told["messages"]
    figures = {figure["formula"]: figure for figure in message["figures"]}
    assert told["account"] == "acme"
    assert message["ledger_position"] > 0
    [bucket] = figures["balance.top_up"]["sources"]
    assert bucket["sum"] == {"amount": figures["balance.top_up"]["value"], "currency": "USD"}
    assert bucket["entries"]


def test_the_owner_has_it_said_again_and_is_told_what_it_would_be_today(server, asked: str) -> None:
    acme = server.customer("acme", "tracer")
    answer = acme.get(f"/v1/account/answers/{asked}/replay")
    assert answer.status_code == 200, answer.text
    [message] = answer.json()["messages"]
    assert message["identical"]
    assert message["unchanged"]
    assert message["again"] == message["then"]
    assert message["then"]["answer_id"] == asked

    billing = Billing.open(server.settings)
    billing.recharge("acme", amount=Decimal(50), currency="USD", method="card", key=f"after-{asked}")
    billing.close()
    [message] = acme.get(f"/v1/account/answers/{asked}/replay").json()["messages"]
    assert message["identical"]
    assert not message["unchanged"]
    assert message["today"]["text"] != message["then"]["text"]


@pytest.mark.parametrize("what", ["trace", "replay"])
@pytest.mark.parametrize(("account", "user"), [("acme", "another"), ("sakura", "tracer")])
def test_for_everybody_else_it_is_not_there(server, asked: str, account: str, user: str, what: str) -> None:
    path = f"/v1/account/answers/{asked}/{what}"
    assert problem(server.customer(account, user).get(path), 404, "answer_not_found")
    assert problem(server.visitor().get(path), 401, "token_missing")


@pytest.mark.parametrize("command", ["trace", "replay", "check"])
def test_an_operator_traces_replays_and_checks(server, asked: str, command: str) -> None:
    done = run(["answer", command, asked, "--json"], server.environment)
    assert done.code == 0, done.err
    told = json.loads(done.out)
    if command == "replay":
        assert told[0]["identical"]
    if command == "check":
        assert told["ok"]
        assert told["numerals"] >= 2


def test_an_answer_that_is_not_there_is_refused(server) -> None:
    done = run(["answer", "replay", "0123456789"], server.environment)
    assert (done.code, "answer_not_found" in done.err) == (1, True)
