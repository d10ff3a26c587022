"""What is Telegram's alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.handoff.service import Handoffs
from tests.builders.telegram import SECRET, USERNAME, TelegramUser, sent_to, update
from tests.builders.vendors import Answer
from tests.integration.gateway.conftest import problem

BOT = {"id": 110201543, "is_bot": True, "first_name": "Billing", "username": USERNAME}


@pytest.fixture
def user() -> TelegramUser:
    return TelegramUser()


@pytest.fixture
def group(user) -> int:
    return -1001000000000 - user.number


def test_an_opened_conversation_is_greeted_in_the_language_of_the_users_telegram(http, vendors, quiet) -> None:
    user = TelegramUser(language="ko")
    update(user.message("/start", entities=[{"type": "bot_command", "offset": 0, "length": 6}])).made(http)
    quiet()
    assert "안녕하세요" in user.shown(vendors)[0].text


def test_a_pressed_button_is_answered_and_its_buttons_are_gone_so_that_nothing_loops(
    http, user, vendors, quiet
) -> None:
    update(user.message("show my balance")).made(http)
    quiet()
    [refused] = user.shown(vendors)
    event = user.callback(refused.button("Sign in").token)
    for _ in range(3):
        update(event).made(http)
    quiet()
    answered = [sent for sent in vendors.sent if sent.call == "answerCallbackQuery"]
    assert [sent.body["callback_query_id"] for sent in answered].count(event["callback_query"]["id"]) == 1
    assert len(user.shown(vendors)) == 2


def test_after_a_press_the_choice_stands_in_the_message(http, user, vendors, quiet, link) -> None:
    link(user, "paused")
    update(user.message("top up 40 dollars by card")).made(http)
    quiet()
    terms = user.shown(vendors)[-1]
    update(user.callback(terms.button("No").token)).made(http)
    quiet()
    [edited] = sent_to(vendors, user.number, "editMessageText")
    assert edited.body == {"chat_id": user.number, "message_id": 77, "text": f"{terms.text}\n\n✓ No"}


def test_an_edit_that_telegram_refuses_does_not_hold_up_the_answer(http, user, vendors, quiet, link) -> None:
    link(user, "paused")
    update(user.message("top up 40 dollars by card")).made(http)
    quiet()
    refusal = {"ok": False, "error_code": 400, "description": "Bad Request: message is not modified"}
    vendors.will("editMessageText", Answer(400, refusal), str(user.number))
    before = user.shown(vendors)
    update(user.callback(before[-1].button("No").token)).made(http)
    quiet()
    assert len(user.shown(vendors)) == len(before) + 1


def test_the_data_of_a_button_fits_in_64_bytes(http, user, vendors, quiet, link) -> None:
    link(user, "paused")
    update(user.message("top up 40 dollars by card")).made(http)
    quiet()
    assert all(len(button.token.encode()) <= 64 for said in user.shown(vendors) for button in said.buttons)


def test_a_link_is_a_button_that_opens_the_page(http, user, vendors, quiet) -> None:
    update(user.message("link")).made(http)
    quiet()
    assert user.shown(vendors)[0].link.startswith("https://billing.example.com/#link-channel=")


def test_texts_are_sent_plain(http, user, vendors, quiet) -> None:
    update(user.message("What is a voucher? <b>&amp;</b> *x* _y_")).made(http)
    quiet()
    [sent] = sent_to(vendors, user.number)
    assert "parse_mode" not in sent.body
    assert "entities" not in sent.body


@pytest.mark.parametrize(
    "change",
    [
        lambda event: {"update_id": event["update_id"], "edited_message": event["message"]},
        lambda event: {"update_id": event["update_id"], "channel_post": event["message"]},
        lambda event: {"update_id": event["update_id"], "my_chat_member": {}},
        lambda event: {"update_id": event["update_id"], "message": event["message"] | {"from": BOT}},
        lambda event: {"update_id": event["update_id"], "message": {**event["message"], "from": None}},
    ],
)
def test_edits_channel_posts_and_other_bots_are_not_answered(http, user, vendors, quiet, change) -> None:
    assert update(change(user.message("hello"))).made(http).status_code == 200
    quiet()
    assert user.shown(vendors) == []


def test_in_a_group_only_who_names_the_bot_or_answers_it_is_answered(http, user, vendors, quiet, group) -> None:
    name = f"@{USERNAME}"
    named = {"entities": [{"type": "mention", "offset": 3, "length": len(name)}]}
    update(user.in_group("What is a voucher?", group)).made(http)
    update(user.in_group("@other_bot What is a voucher?", group)).made(http)
    quiet()
    assert sent_to(vendors, group) == []
    update(user.in_group(f"🙂 {name} What is a voucher?", group, **named)).made(http)
    answer = user.in_group("What is a voucher?", group, reply_to_message={"message_id": 5, "from": BOT})
    update(answer).made(http)
    quiet()
    first, second = sent_to(vendors, group)
    assert first.body["text"] == second.body["text"]
    assert first.body["text"].startswith("Vouchers")
    assert second.body["reply_parameters"]["message_id"] == answer["message"]["message_id"]


@pytest.mark.parametrize("text", ["show my balance", "top up 50 dollars by card", "link"])
def test_a_linked_user_gets_no_figures_and_moves_no_money_in_a_group(
    http, user, vendors, quiet, link, group, text
) -> None:
    link(user, "acme")
    name = f"@{USERNAME}"
    mention = {"entities": [{"type": "mention", "offset": 0, "length": len(name)}]}
    update(user.in_group(f"{name} {text}", group, **mention)).made(http)
    quiet()
    [refused] = sent_to(vendors, group)
    assert refused.body["text"].startswith("Others read here")
    assert refused.body["reply_markup"]["inline_keyboard"] == [
        [{"text": "Private message", "url": f"https://t.me/{USERNAME}"}]
    ]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"update_id": "x"}', b'{"update_id": 1, "message": {}}', b"[" * 50_000]
)
def test_a_body_that_is_not_telegrams_is_a_problem_and_no_crash(http, body) -> None:
    answer = http.post("/webhooks/telegram/updates", content=body, headers={"X-Telegram-Bot-Api-Secret-Token": SECRET})
    assert problem(answer, 400, "event_malformed")


def test_a_card_number_is_concealed_before_its_event_is_kept(http, user, vendors, quiet, billing) -> None:
    update(user.message("balance please, my card is 5105 1051 0510 5100")).made(http)
    quiet()
    assert "never send card numbers" in user.shown(vendors)[0].text
    database = Path(billing.database.engine.url.database)
    kept = [path for path in database.parent.iterdir() if path.is_file()]
    assert database in kept
    assert not [path.name for path in kept if b"5105 1051" in path.read_bytes()]


def test_what_a_person_writes_reaches_the_channel_and_nothing_else_does(http, user, link, vendors, quiet) -> None:
    link(user, "acme")
    for words in ("I want to talk to a person", "The line of 12 November, please", "yes, go ahead"):
        user.writes(words).made(http)
        quiet()
    handoffs: Handoffs = http.app.state.handoffs
    [waiting] = handoffs.waiting()
    handoffs.take(waiting.conversation, "operator:ann", "Mia")
    quiet()
    before = len(user.shown(vendors))
    user.writes("2").made(http)
    quiet()
    for _ in range(2):
        handoffs.say(waiting.conversation, "operator:ann", "Two lines? <b>", "1")
    quiet()
    handoffs.hand_back(waiting.conversation, "operator:ann")
    quiet()

    shown = [message.text for message in user.shown(vendors)]
    assert shown[before - 1].startswith("Mia from our team")
    assert shown[before] == "Mia: Two lines? <b>"
    assert shown[before + 1].startswith("Mia has handed back")
    assert len(shown) == before + 2
    said = [m.text for m in handoffs.transcript(waiting.conversation).messages if m.role == "user"]
    assert said[-1] == "2"
