"""What is Messenger's alone."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from gateway.channels.fitting import fit
from gateway.channels.messenger.adapter import Messenger
from gateway.channels.schemas import Choice, Said
from tests.builders.messenger import PAGE, SECRET, VERIFY, MessengerUser, batch, signed
from tests.builders.vendors import Answer
from tests.integration.gateway.conftest import problem


@pytest.fixture
def user() -> MessengerUser:
    return MessengerUser()


def check(http, token: str):
    return http.get(
        "/webhooks/messenger/events",
        params={"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": "1158201444"},
    )


def test_messengers_check_of_the_address_is_answered_with_its_challenge(http) -> None:
    assert (check(http, VERIFY).status_code, check(http, VERIFY).text) == (200, "1158201444")


@pytest.mark.parametrize("token", ["", "another", "é"])
def test_a_check_with_another_token_is_refused_and_echoes_nothing(http, token) -> None:
    answer = check(http, token)
    assert problem(answer, 401, "signature_invalid")
    assert "1158201444" not in answer.text


def test_another_apps_secret_signs_nothing(http, user) -> None:
    assert problem(batch(user.message("hello"), secret="another").made(http), 401, "signature_invalid")


def test_the_page_token_is_in_no_address(http, user, vendors, quiet) -> None:
    user.writes("hello").made(http)
    quiet()
    [sent] = user.sent(vendors)
    assert sent.headers["authorization"] == "Bearer EAAG-a-page-token"
    assert "EAAG" not in sent.path + sent.query
    assert sent.body["messaging_type"] == "RESPONSE"


def test_every_call_proves_that_the_app_makes_it(http, user, vendors, quiet) -> None:
    user.writes("hello").made(http)
    quiet()
    proof = hmac.new(SECRET.encode(), b"EAAG-a-page-token", hashlib.sha256).hexdigest()
    assert user.sent(vendors)[0].query == f"appsecret_proof={proof}"


def test_a_batch_tells_of_many_users_and_each_is_answered(http, vendors, quiet) -> None:
    users = [MessengerUser() for _ in range(3)]
    batch(*(user.message("hello") for user in users)).made(http)
    quiet()
    assert [len(user.shown(vendors)) for user in users] == [1, 1, 1]


def test_an_event_of_a_batch_that_cannot_be_read_costs_the_others_nothing(http, user, vendors, quiet) -> None:
    assert batch({"message": {"mid": 1}}, user.message("hello")).made(http).status_code == 200
    quiet()
    assert len(user.shown(vendors)) == 1


@pytest.mark.parametrize(
    "told",
    [
        {"message": {"mid": "m_echo", "text": "hello", "is_echo": True, "app_id": 1517776481860111}},
        {"delivery": {"mids": ["m_1"], "watermark": 1700000000000}},
        {"read": {"watermark": 1700000000000}},
        {"reaction": {"mid": "m_1", "action": "react", "emoji": "x"}},
        {"message": {"mid": "m_gone", "is_deleted": True}},
    ],
)
def test_echoes_deliveries_and_reads_are_not_answered_so_that_nothing_loops(http, user, vendors, quiet, told) -> None:
    assert batch(user.event(**told)).made(http).status_code == 200
    quiet()
    assert user.sent(vendors) == []


def test_get_started_says_its_title_and_not_its_payload(http, user, vendors, quiet) -> None:
    told = user.event(postback={"mid": "m_start", "title": "What is a voucher?", "payload": "channel:link"})
    for _ in range(2):
        batch(told).made(http)
    quiet()
    assert [said.text[:8] for said in user.shown(vendors)] == ["Vouchers"]


def test_the_user_of_another_page_is_another_user(http, user, vendors, quiet, link) -> None:
    link(user, "acme")
    told = user.message("show my balance") | {"recipient": {"id": f"{PAGE}9"}}
    batch(told).made(http)
    quiet()
    assert "sign in" in user.shown(vendors)[-1].text


def test_the_name_in_the_preview_is_the_users_own(http, user, vendors, quiet, signed_in) -> None:
    vendors.will(f"/messenger/{user.id}", Answer(body={"first_name": "Ada", "last_name": "Lovelace"}))
    user.writes("link").made(http)
    quiet()
    token = user.shown(vendors)[-1].link.partition("#link-channel=")[2]
    seen = http.post("/v1/channel-links/preview", json={"token": token}, headers=signed_in("acme")).json()
    assert (seen["channel"], seen["name"]) == ("messenger", "Ada Lovelace")


def test_titles_that_would_be_cut_and_buttons_that_are_too_many_become_numbers() -> None:
    long = Said("m", "Which?", "en", (Choice("Change to Starter (yearly)", "a:0"), Choice("No", "a:1")))
    shown = fit(long, Messenger.abilities)
    assert shown.texts[0] == "Which?\n\n1. Change to Starter (yearly)\n2. No\n\nTo choose, reply with the number."
    assert shown.buttons == (Choice("1", "a:0"), Choice("2", "a:1"))
    many = fit(Said("m", "Which?", "en", tuple(Choice(f"n{n}", f"a:{n}") for n in range(14))), Messenger.abilities)
    assert (many.buttons, len(many.numbered)) == ((), 14)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"object": "page", "entry": [{"messaging": [{"message": {"mid": 1}}]}]}']
)
def test_a_body_that_is_not_messengers_is_a_problem_and_no_crash(http, body) -> None:
    answer = http.post("/webhooks/messenger/events", content=body, headers=signed(body))
    assert problem(answer, 400, "event_malformed")
