"""What vendors tell, rightly signed, with whatever in it: taken or refused, never a failure of ours."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.builders import messenger, slack, teams, telegram, twilio
from tests.builders.server import Server
from tests.builders.vendors import Vendors
from tests.fuzz.strategies import MESSENGER, PRESS, SLACK, TEAMS, TELEGRAM, like, nasty, trees

some = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "30")),
    derandomize="FUZZ_EXAMPLES" not in os.environ,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TWILIO = {
    "MessageSid": "SM" + "0" * 32,
    "AccountSid": twilio.ACCOUNT,
    "From": "whatsapp:+819000000001",
    "To": "whatsapp:+14155238886",
    "Body": "hi",
    "ProfileName": "Ada",
    "NumMedia": "0",
}


def bodies(example: dict) -> st.SearchStrategy[bytes]:
    told = like(example) | trees
    return told.map(lambda body: json.dumps(body).encode()) | st.binary(max_size=200) | st.just(b"[" * 20_000)


def is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def sent(server: Server, path: str, body: bytes, headers: dict[str, str], *, proves: bool = True) -> None:
    """`proves`: the signature is good for that body, so that whatever is wrong is not that."""
    answer = httpx.post(f"{server.address}{path}", content=body, headers=headers, timeout=30)
    assert answer.status_code < 500, f"{path} {body[:300]!r}: {answer.text[:300]}"
    assert answer.status_code != 401 or not proves, "it was not signed as the vendor signs"
    assert answer.headers["x-content-type-options"] == "nosniff"


@some
@given(bodies(SLACK))
def test_slacks_events(server: Server, body: bytes) -> None:
    sent(server, "/webhooks/slack/events", body, JSON | slack.signed(body), proves=is_text(body))


@some
@given(bodies(PRESS), st.booleans())
def test_slacks_presses(server: Server, payload: bytes, named: bool) -> None:
    body = urlencode({"payload": payload}).encode() if named else payload
    sent(server, "/webhooks/slack/interactions", body, FORM | slack.signed(body), proves=is_text(body))


@some
@given(bodies(TELEGRAM))
def test_telegrams_updates(server: Server, body: bytes) -> None:
    sent(server, "/webhooks/telegram/updates", body, JSON | {"X-Telegram-Bot-Api-Secret-Token": telegram.SECRET})


@some
@given(bodies(MESSENGER))
def test_messengers_events(server: Server, body: bytes) -> None:
    digest = hmac.new(messenger.SECRET.encode(), body, hashlib.sha256).hexdigest()
    sent(server, "/webhooks/messenger/events", body, JSON | {"X-Hub-Signature-256": f"sha256={digest}"})


@some
@given(bodies(TEAMS))
def test_teams_activities(server: Server, vendors: Vendors, body: bytes) -> None:
    service = f"{vendors.url}/teams/"
    body = body.replace(b"https://x", service.encode())
    headers = JSON | {"Authorization": f"Bearer {teams.token(service)}"}
    sent(server, "/webhooks/teams/messages", body, headers, proves=False)  # of another service it proves nothing


def test_the_token_of_teams_is_one_that_is_taken(server: Server, vendors: Vendors) -> None:
    service = f"{vendors.url}/teams/"
    body = json.dumps(TEAMS | {"serviceUrl": service}).encode()
    sent(server, "/webhooks/teams/messages", body, JSON | {"Authorization": f"Bearer {teams.token(service)}"})


whole = st.text(st.characters(codec="utf-8"), max_size=200)


@some
@given(
    st.fixed_dictionaries({}, optional={name: st.just(value) | whole for name, value in TWILIO.items()}),
    st.dictionaries(whole.filter(bool), whole, max_size=4),
)
def test_twilios_forms(server: Server, form: dict[str, str], more: dict[str, str]) -> None:
    form = more | form
    request = twilio.request(form)
    sent(server, request.path, request.body, request.headers)


@some
@given(st.binary(max_size=200) | nasty.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_forms_of_twilio_that_are_none(server: Server, body: bytes) -> None:
    """Nobody can sign what is no text."""
    headers = FORM | {"X-Twilio-Signature": twilio.signature({})}
    answer = httpx.post(f"{server.address}/webhooks/twilio/messages", content=body, headers=headers, timeout=30)
    assert answer.status_code in {400, 401}, answer.text[:300]


@pytest.fixture(scope="module", autouse=True)
def answered(server: Server):
    """Whatever was taken was answered without a failure of ours."""
    yield
    assert "channel event failed" not in server.log
