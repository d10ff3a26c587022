"""A yes that was not given, not to this, or already."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.attacks.hands import refused
from tests.attacks.table import attack
from tests.attacks.test_identity import credit

NEWEST = "a button is good only as the answer to the newest reply of its own conversation"


def offered(client, amount: int, conversation: str | None = None) -> tuple[str, str]:
    """A conversation in which that top-up waits for a yes, and the token of the yes."""
    conversation = conversation or client.open()
    said = client.say(conversation, f"top up {amount} dollars by card")
    return conversation, said[-1]["buttons"][0]["choice"]


@attack("pressing the yes of another's conversation in one's own", NEWEST)
def test_a_stolen_yes_is_worth_nothing(acme, thief) -> None:
    _, choice = offered(acme, 51)
    before = credit(acme), credit(thief)
    assert refused(thief.post(thief.open(), {"choice": choice}), 409, "stale_choice")
    assert (credit(acme), credit(thief)) == before


@attack("pressing the yes of one's own other conversation", NEWEST)
def test_a_yes_does_not_cross_conversations(acme) -> None:
    _, choice = offered(acme, 52)
    before = credit(acme)
    other, _ = offered(acme, 53)
    assert refused(acme.post(other, {"choice": choice}), 409, "stale_choice")
    assert credit(acme) == before


@attack("pressing an old yes after the terms were changed", NEWEST)
def test_an_old_yes_does_not_confirm_new_terms(acme) -> None:
    conversation, choice = offered(acme, 54)
    before = credit(acme)
    acme.say(conversation, "cancel")
    offered(acme, 5400, conversation)
    assert refused(acme.post(conversation, {"choice": choice}), 409, "stale_choice")
    assert credit(acme) == before


@attack("the same yes pressed ten times at once", "the offer's key is claimed with the money", "doubled")
def test_a_yes_raced_in_parallel_counts_once(acme) -> None:
    conversation, choice = offered(acme, 55)
    before = float(credit(acme))
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: acme.post(conversation, {"choice": choice}), range(10)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert float(credit(acme)) == before + 55


@attack(
    "“yes” typed twice, and five times at once, each with a key of its own", "effects are keyed by the offer", "doubled"
)
def test_a_yes_typed_again_counts_once(acme) -> None:
    conversation, _ = offered(acme, 56)
    before = float(credit(acme))
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda n: acme.post(conversation, {"text": "yes"}, f"yes-{n}"), range(5)))
    acme.post(conversation, {"text": "yes"})
    assert float(credit(acme)) == before + 56


@attack("a yes raced with a change of the amount", "a yes is to what was seen: the turn keeps which reply was newest")
def test_a_yes_raced_with_other_terms_confirms_what_was_seen_or_nothing(acme) -> None:
    conversation, _ = offered(acme, 57)
    before = float(credit(acme))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda text: acme.post(conversation, {"text": text}), ("make it 5700", "yes")))
    assert float(credit(acme)) - before in {0, 57}


@attack("a made-up choice: empty, a path, SQL, a command, NUL, 200 letters", "a choice is compared, never parsed")
def test_a_made_up_choice_is_refused(acme) -> None:
    conversation, _ = offered(acme, 58)
    before = credit(acme)
    for choice in ("", "x:0", "../0", "' OR 1=1 --", "/affirm", "a\x00b", "\ud83d", "a" * 200, ":" * 50):
        body = b'{"choice": "\\ud83d"}' if choice == "\ud83d" else None
        path = f"/v1/conversations/{conversation}/messages"
        answer = acme.http.post(path, content=body) if body else acme.post(conversation, {"choice": choice})
        assert answer.status_code in {409, 422}, (choice, answer.text)
    assert credit(acme) == before


@attack("a key that was spent on one message, sent with another", "the key keeps a fingerprint of its message")
def test_a_spent_key_does_not_carry_another_message(acme) -> None:
    conversation, _ = offered(acme, 59)
    before = float(credit(acme))
    acme.say(conversation, "no", key="spent")
    assert refused(acme.post(conversation, {"text": "yes"}, "spent"), 422, "idempotency_key_reused")
    assert float(credit(acme)) == before


@attack("guessing voucher codes, one after another", "ten wrong tries of an account, then a wait (429)")
def test_voucher_codes_are_not_guessed(server) -> None:
    guesser = server.customer("empty", "guesser")
    codes = [guesser.http.post("/v1/account/vouchers/terms", json={"code": f"WELCOME{n:02}"}) for n in range(25)]
    statuses = [answer.status_code for answer in codes]
    assert 429 in statuses
    assert statuses.index(429) <= 12
    assert "retry-after" in codes[-1].headers


@attack(
    "redeeming one voucher ten times at once under ten keys", "a code is claimed in the transaction that credits it"
)
def test_a_voucher_raced_is_redeemed_once(acme) -> None:
    def redeem(number: int) -> int:
        headers = {"Idempotency-Key": f"race-{number}"}
        return acme.http.post("/v1/account/vouchers", json={"code": "WELCOME50"}, headers=headers).status_code

    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(redeem, range(10)))
    assert statuses.count(201) == 1
    assert all(400 <= status < 500 for status in statuses if status != 201)
