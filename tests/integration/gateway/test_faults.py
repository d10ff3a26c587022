"""Something breaks in the middle of a turn: the caller is told, may send the same again, and it is done once."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from threading import Thread

import pytest
from sqlalchemy.exc import OperationalError

from assistant import logs, train
from assistant.agent import Assistant
from assistant.errors import TurnFailed
from assistant.tracker_store import StrictTrackerStore
from billing import api
from billing.api import Billing
from billing.errors import BillingError
from gateway.auth import Identity
from gateway.conversations.schemas import NewMessage
from gateway.conversations.service import Conversations
from gateway.conversations.store import ConversationStore
from tests.builders.demo import demo_database
from tests.builders.server import Server
from tests.integration.gateway.conftest import problem

ACME = Identity("acme", "faults")


@pytest.fixture(scope="module")
def loop():
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture(scope="module")
def conversations(tmp_path_factory, loop):
    """The real thing in this process, so that its parts can be broken."""
    from billing import config
    from gateway.app import conversations_of

    folder = tmp_path_factory.mktemp("faults")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DATABASE_URL", demo_database(folder / "billing.db"))
        config.settings.cache_clear()
        api.default_billing.cache_clear()
        train.main([])
        billing = api.default_billing()
        yield conversations_of(billing, config.settings())
        assert billing.verify_ledger() == []
        billing.close()
        config.settings.cache_clear()
        api.default_billing.cache_clear()


class Talk:
    def __init__(self, loop, conversations: Conversations) -> None:
        self.loop, self.conversations = loop, conversations
        self.id = loop.run_until_complete(conversations.open(ACME)).id

    def say(self, text: str, key: str) -> list[dict]:
        async def gather():
            said = self.conversations.answer(self.id, ACME, NewMessage(text=text), key=key)
            return [message async for message in said]

        return self.loop.run_until_complete(gather())


@pytest.fixture
def confirming(loop, conversations) -> Talk:
    talk = Talk(loop, conversations)
    talk.say("top up 50 dollars by card", "ask")
    return talk


def top_up() -> int:
    return api.default_billing().balance("acme").top_up.units // 10**8


def failing_once(monkeypatch, owner, name: str, *, after: bool) -> None:
    """The method breaks the first time it is called: before it did anything, or after all that it does."""
    real, calls = getattr(owner, name), []

    def broken(self, *args, **kwargs):
        calls.append(1)
        if len(calls) > 1:
            return real(self, *args, **kwargs)
        if after:
            result = real(self, *args, **kwargs)
            if asyncio.iscoroutine(result):

                async def done_and_broken():
                    await result
                    raise OperationalError("the database went away", {}, Exception())

                return done_and_broken()
        raise OperationalError("the database went away", {}, Exception())

    monkeypatch.setattr(owner, name, broken)


@pytest.mark.parametrize("after", [False, True], ids=["before it wrote", "after it wrote"])
@pytest.mark.parametrize(
    ("owner", "name"),
    [(Billing, "recharge"), (StrictTrackerStore, "save"), (Assistant, "handle")],
    ids=["the action", "the tracker store", "the reply on its way"],
)
def test_a_recharge_that_breaks_is_done_once_when_it_is_sent_again(
    confirming, monkeypatch, owner, name: str, after: bool
) -> None:
    before = top_up()
    failing_once(monkeypatch, owner, name, after=after)

    with pytest.raises((TurnFailed, OperationalError)):
        confirming.say("yes", "confirm")
    again = confirming.say("yes", "confirm")

    assert "$50.00 was added" in again[0]["text"]
    assert top_up() == before + 50
    assert confirming.say("yes", "confirm") == again
    assert "nothing to confirm" in confirming.say("yes", "another")[0]["text"]


def test_a_yes_typed_again_after_a_fault_charges_nothing_more(confirming, monkeypatch) -> None:
    before = top_up()
    failing_once(monkeypatch, StrictTrackerStore, "save", after=False)
    with pytest.raises(TurnFailed):
        confirming.say("yes", "first")

    assert "$50.00 was added" in confirming.say("yes", "typed anew")[0]["text"]
    assert top_up() == before + 50


def test_a_cancel_after_a_fault_tells_what_was_done(confirming, monkeypatch) -> None:
    before = top_up()
    failing_once(monkeypatch, StrictTrackerStore, "save", after=False)
    with pytest.raises(TurnFailed):
        confirming.say("yes", "first")

    [told] = confirming.say("cancel", "second")
    assert "$50.00 was added" in told["text"]
    assert top_up() == before + 50


@pytest.mark.parametrize("said", ["make it 100", "no"])
def test_a_change_of_mind_after_a_fault_is_told_what_was_done(confirming, monkeypatch, said: str) -> None:
    before = top_up()
    failing_once(monkeypatch, StrictTrackerStore, "save", after=False)
    with pytest.raises(TurnFailed):
        confirming.say("yes", "first")

    told = confirming.say(said, "second")
    assert "$50.00 was added" in told[0]["text"]
    if said != "no":
        assert "Top up $100.00" in told[1]["text"]
    assert top_up() == before + 50


def test_a_request_that_breaks_is_opened_once_whatever_is_said_next(loop, conversations, monkeypatch) -> None:
    talk, billing = Talk(loop, conversations), api.default_billing()
    talk.say("switch us to premium support", "ask")
    before = len(billing.requests("acme"))
    failing_once(monkeypatch, StrictTrackerStore, "save", after=False)
    with pytest.raises(TurnFailed):
        talk.say("yes", "first")

    assert "is your request number" in talk.say("cancel", "second")[0]["text"]
    assert len(billing.requests("acme")) == before + 1


def test_a_yes_that_was_on_its_way_while_the_terms_changed_confirms_nothing(loop, confirming) -> None:
    before = top_up()

    async def say(text: str) -> list[dict]:
        said = confirming.conversations.answer(confirming.id, ACME, NewMessage(text=text))
        return [message async for message in said]

    async def both() -> None:
        await asyncio.gather(say("make it 900"), say("yes"))

    loop.run_until_complete(both())
    assert top_up() in {before, before + 50}  # what was shown, or nothing


def test_a_reply_that_was_kept_is_found_however_long_ago(confirming, monkeypatch) -> None:
    before = top_up()
    failing_once(monkeypatch, ConversationStore, "finish", after=False)
    with pytest.raises(OperationalError):
        confirming.say("yes", "first")
    for number in range(25):
        confirming.say("hello", f"hello {number}")

    assert "$50.00 was added" in confirming.say("yes", "first")[0]["text"]
    assert top_up() == before + 50


def test_what_is_logged_of_a_fault_holds_no_words_of_the_customer(confirming, monkeypatch, capsys) -> None:
    logs.configure()
    failing_once(monkeypatch, Billing, "balance", after=False)
    with pytest.raises(TurnFailed):
        confirming.say("what is my balance, I am SECRET-WORDS", "first")
    logged = capsys.readouterr().err
    assert "turn failed" in logged
    assert "SECRET-WORDS" not in logged
    assert "eyJ" not in logged


def test_a_refusal_is_no_fault(confirming, monkeypatch) -> None:
    refuse_code = type("Declined", (BillingError,), {"code": "payment_declined"})
    monkeypatch.setattr(Billing, "recharge", lambda self, *a, **k: (_ for _ in ()).throw(refuse_code()))
    [declined] = confirming.say("yes", "confirm")
    assert "declined" in declined["text"].lower()


@pytest.mark.parametrize("pause", [0.0, 0.02])
def test_a_server_killed_in_the_middle_of_a_turn_does_it_once_afterwards(tmp_path, pause: float) -> None:
    server = Server(tmp_path).with_demo_data().start()
    acme = server.customer("acme")
    conversation = acme.open()
    acme.say(conversation, "top up 50 dollars by card")

    def confirm() -> None:
        try:
            acme.post(conversation, {"text": "yes"}, "confirm")
        except Exception:
            return

    sending = Thread(target=confirm)
    sending.start()
    time.sleep(pause)
    assert server.process is not None
    server.process.kill()
    server.process.wait()
    sending.join()

    server.start()
    end = time.monotonic() + 40
    while (answer := acme.post(conversation, {"text": "yes"}, "confirm")).status_code == 409:
        assert problem(answer, 409, "turn_running")
        assert time.monotonic() < end
        time.sleep(0.5)
    assert "$50.00 was added" in answer.json()["messages"][0]["text"]
    assert acme.get("/v1/account/balance").json()["top_up"]["amount"] == "200.00"
    assert server.stop() == 0


def test_a_database_that_does_not_answer_is_told_and_the_message_may_be_sent_again(tmp_path) -> None:
    server = Server(tmp_path).with_demo_data().start()
    acme = server.customer("acme")
    conversation = acme.open()
    path = server.database_url.removeprefix("sqlite:///")
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN EXCLUSIVE")
    answer = acme.post(conversation, {"text": "What is my balance?"}, "k")
    blocker.execute("ROLLBACK")

    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert acme.say(conversation, "What is my balance?", "k")[0]["topic"] == "show_balance"
    assert server.stop() == 0
