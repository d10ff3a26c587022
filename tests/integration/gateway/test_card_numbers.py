"""A card number typed into the chat is in no table, file or log of the server, and the customer is told once."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.builders.server import Server

CARD, LAST = "5105105105105100", "5100"
SAID = {
    "en": f"top up 50 USD, my card is {CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:]} exp 12/27 cvc 737",
    "ja": f"カード番号は{CARD}です。残高を教えてください",
    "ko": f"잔액 알려 주세요. 카드 번호는 {CARD[:4]}-{CARD[4:8]}-{CARD[8:12]}-{CARD[12:]}이에요",
}
WARNED = {
    "en": "never send card numbers",
    "ja": "カード番号はこちらに送らないで",
    "ko": "카드 번호는 여기에 보내지 마세요",
}


@pytest.mark.parametrize("language", list(SAID))
def test_the_customer_is_told_once_before_the_reply(server: Server, language: str):
    client = server.customer("acme")
    conversation, key = client.open(), str(uuid4())

    told = client.say(conversation, SAID[language], key)
    again = client.say(conversation, SAID[language], key)

    assert WARNED[language] in told[0]["text"]
    assert len(told) > 1
    assert sum(WARNED[language] in message["text"] for message in told) == 1
    assert again == told
    assert told[0]["language"] == language


def test_a_message_without_one_is_not_told_of_it(server: Server):
    client = server.customer("acme")
    conversation = client.open()
    client.say(conversation, SAID["en"])

    assert not any("card numbers" in said["text"] for said in client.say(conversation, "no, cancel that"))


def test_its_digits_are_no_amount(server: Server):
    client = server.customer("acme")
    conversation = client.open()
    client.say(conversation, "I want to top up")
    client.say(conversation, CARD)

    said = client.say(conversation, "25 USD by card")

    assert any("$25.00" in message["text"] for message in said)


def test_nothing_that_the_server_keeps_holds_the_number(server: Server):
    client = server.customer("acme")
    conversation = client.open()
    for text in SAID.values():
        client.say(conversation, text)
    history = client.get(f"/v1/conversations/{conversation}/messages").text
    groups = [
        CARD,
        " ".join(CARD[at : at + 4] for at in range(0, 16, 4)),
        "-".join(CARD[at : at + 4] for at in range(0, 16, 4)),
    ]

    kept = [path for path in server.folder.iterdir() if path.is_file()]
    assert {"billing.db", "billing-conversations.db", "log"} <= {path.name for path in kept}
    for path in kept:
        content = path.read_bytes()
        assert not [each for each in groups if each.encode() in content], path.name
        assert b"cvc 737" not in content, path.name
    assert f"•••• {LAST}" in history
