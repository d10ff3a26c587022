from __future__ import annotations

from datetime import UTC, datetime

import pytest

from actions.texts import Texts
from billing.api import Billing
from tests.builders.money import usd

TOPIC, CONTACT, MESSAGE = (
    f"utter_ask_contact_sales_form_{slot}" for slot in ("sales_topic", "sales_contact", "sales_message")
)
ATTACH = "utter_contact_sales_attach"
ASK, CONFIRM = "utter_ask_request_form_request_message", "utter_request_confirm"
CHARGES = "utter_ask_request_form_request_charges"


def messages(billing: Billing) -> list[str]:
    return [request.message for request in billing.all_requests()]


@pytest.mark.parametrize("account", ["acme", None])
def test_sales_get_topic_contact_and_message_once(talk, phrases, billing, account: str | None) -> None:
    conversation = talk(account)
    topic = conversation.say(phrases["sales"])
    assert topic.says("utter_contact_sales_start", TOPIC)
    assert conversation.press(topic.buttons[0]).says(CONTACT)
    assert conversation.say("not an address").says("utter_contact_invalid", CONTACT)
    assert conversation.say("Buyer@Example.com").says(MESSAGE)
    confirm = conversation.say(phrases["sales_message"])
    if account is not None:
        assert confirm.says(ATTACH)
        confirm = conversation.press(confirm.buttons[1])
    assert confirm.says("utter_contact_sales_confirm")
    assert phrases["sales_message"] in confirm.text
    assert billing.all_requests() == []
    assert conversation.press(confirm.buttons[0]).says("utter_contact_sales_done")
    assert conversation.say(phrases["yes"]).says("utter_nothing_to_confirm")

    [request] = billing.all_requests()
    assert (request.kind, request.topic, request.language) == ("sales", "quote", phrases.language)
    assert not request.attached
    assert request.contact == "Buyer@example.com"


def test_plan_and_usage_go_along_only_with_a_yes_to_exactly_what_is_sent(talk, phrases, billing) -> None:
    conversation = talk("acme")
    conversation.press(conversation.say(phrases["sales_named"]).buttons[0])
    conversation.say(f"buyer@example.com {phrases['call_at']}")
    asked = conversation.say(phrases["sales_message"])
    assert asked.says(ATTACH)
    plan, usage = billing.plan("acme"), billing.service_usage("acme")
    assert asked.text.count("\n") == 1 + len(usage.services)
    assert plan.names[phrases.language] in asked.text

    confirm = conversation.say(phrases["yes"])
    assert confirm.says("utter_contact_sales_confirm")
    assert phrases["call_at"] in confirm.text
    conversation.say(phrases["yes"])

    [request] = billing.all_requests()
    assert request.attached
    assert (request.details.services, request.details.call_at) == (["gpu_container"], phrases["call_at"])
    assert request.details.amount == usd(500)


@pytest.mark.parametrize("state", ["in_progress", "offered", "won", "lost"])
def test_where_a_request_stands_is_shown(talk, phrases, billing, state: str) -> None:
    request = billing.open_request("acme", topic="other", message="Hello", language="en", key="r-1")
    billing.move_request(request.id, state, "This is what we wrote")

    shown = talk("acme").say(phrases["requests"])
    assert shown.says("utter_requests")
    assert "This is what we wrote" in shown.text
    assert Texts(phrases.language).term(f"request_state_{state}") in shown.text


def test_a_question_inside_the_sales_form_is_answered_and_the_form_goes_on(talk, phrases, billing) -> None:
    conversation = talk(None)
    topic = conversation.say(phrases["sales"])
    conversation.press(topic.buttons[1])

    assert conversation.say(phrases["question"]).says("utter_faq/support_plans", CONTACT)
    assert conversation.say("+81 3-3224-9999").says(MESSAGE)


def test_words_of_the_customers_own_are_no_new_topic(talk, phrases, billing) -> None:
    conversation = talk("acme")
    topic = conversation.say(phrases["sales"])
    conversation.press(topic.buttons[3])
    conversation.say("a@example.com")

    assert conversation.say(phrases["free_words"]).says(ATTACH)


def test_a_customers_words_are_shown_as_written(talk, phrases, billing) -> None:
    words = "about {topic} and {0[topic]} <b>50%</b> /affirm"
    conversation = talk("acme")
    topic = conversation.say(phrases["sales"])
    conversation.press(topic.buttons[3])
    conversation.say("a@example.com")

    conversation.say(words)
    confirm = conversation.say(phrases["no"])
    assert words in confirm.text
    conversation.press(confirm.buttons[0])
    assert messages(billing) == [words]


@pytest.mark.parametrize("said", ["cancel", "no"])
def test_a_request_to_sales_that_is_not_wanted_is_not_sent(talk, phrases, billing, said: str) -> None:
    conversation = talk("acme")
    topic = conversation.say(phrases["sales"])
    conversation.press(topic.buttons[0])
    conversation.say("a@example.com")
    conversation.say(phrases["sales_message"])
    conversation.say(phrases["no"])

    ended = conversation.say(phrases[said])
    assert ended.says("utter_cancelled" if said == "cancel" else "utter_contact_sales_declined")
    assert billing.all_requests() == []


def test_support_gets_the_customers_words(talk, phrases, billing) -> None:
    conversation = talk("acme")
    assert conversation.say(phrases["person"]).says("utter_contact_support_start", ASK)
    confirm = conversation.say(phrases["free_words"])
    assert confirm.says("utter_request_confirm")
    done = conversation.say(phrases["yes"])
    assert done.says("utter_request_done")
    assert done.messages[-1]["handoff"] == "waiting"
    assert conversation.say(phrases["yes"]).says("utter_nothing_to_confirm")

    [request] = billing.requests("acme")
    assert (request.kind, request.topic, request.message) == ("support", "contact_support", phrases["free_words"])
    assert request.charges == []


def test_the_charges_that_are_wrong_are_chosen_and_go_with_the_request(talk, phrases, billing) -> None:
    conversation = talk("acme")
    conversation.say(phrases["support"])
    asked = conversation.say(phrases["free_words"])
    assert asked.says(CHARGES)
    offered = [button["title"] for button in asked.buttons]
    assert len(offered) == 5 + len(("all", "none"))
    assert conversation.say(phrases["question"]).says("utter_faq/support_plans", CHARGES)
    assert conversation.say("77").says(CHARGES)  # there is no such number
    confirm = conversation.say("1, 3")
    assert confirm.says(CONFIRM)
    assert [title in confirm.text for title in offered[:4]] == [True, False, True, False]
    done = conversation.say(phrases["yes"])
    assert done.says("utter_request_done")

    [request] = billing.requests("acme")
    newest = billing.charges_like("acme")
    assert request.charges == [newest[0], newest[2]]
    shown = conversation.say(phrases["show_requests"])
    assert (shown.topic, request.id in shown.text) == ("show_requests", True)


def test_what_the_customer_names_is_what_is_offered(talk, phrases, billing) -> None:
    conversation = talk("acme")
    conversation.say(phrases["person"])
    asked = conversation.say(phrases["support_message"])  # the service and the day
    assert asked.says(CHARGES)
    [charge, _none] = asked.buttons
    assert conversation.press(charge).says(CONFIRM)
    conversation.say(phrases["yes"])
    [told] = billing.requests("acme")[0].charges
    assert (told.service, told.on.isoformat()[5:]) == ("gpu_container", "11-12")


def test_a_charge_is_chosen_by_its_button_or_all_or_none_are(talk, phrases, billing) -> None:
    for number, expected in ((0, 1), (-2, 5), (-1, 0)):
        conversation = talk("acme")
        conversation.say(phrases["support"])
        asked = conversation.say(phrases["free_words"])
        conversation.press(asked.buttons[number])
        assert conversation.say(phrases["yes"]).says("utter_request_done")
        assert len(billing.requests("acme")[0].charges) == expected


def test_by_when_the_team_answers_is_said_before_and_after(talk, phrases, billing, monkeypatch) -> None:
    friday_evening = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)  # 21:00 in Tokyo, where people work from 9 to 18
    for account, by in (("sakura", 2), ("hangang", 1)):
        tier = billing.account(account).support_tier
        monkeypatch.setattr(billing, "_now", lambda: friday_evening)
        conversation = talk(account)
        conversation.say(phrases["person"])
        confirm, done = conversation.say(phrases["free_words"]), conversation.say(phrases["yes"])
        monkeypatch.undo()
        for reply in (confirm, done):
            zone = billing.account(account).time_zone
            assert reply.text.count(f"{zone}") == by, (tier, reply.text)
            away = {"en": "Mon, Nov 30", "ja": "11月30日(月)", "ko": "11월 30일 (월)"}[phrases.language]
            assert (away in reply.text) == (account == "sakura")


def test_a_task_that_a_person_does_opens_a_request_under_its_name(talk, phrases, billing) -> None:
    conversation = talk("acme")
    asked = conversation.say(phrases["task_of_a_person"])
    assert asked.says("utter_request_start", CONFIRM)
    assert phrases["task_of_a_person"] in asked.text
    assert conversation.say(phrases["question"]).says("utter_faq/support_plans", CONFIRM)
    assert conversation.say(phrases["yes"]).says("utter_request_done")

    assert [request.topic for request in billing.requests("acme")] == ["upgrade_support"]


@pytest.mark.parametrize("said", ["cancel", "no"])
def test_a_request_that_is_not_wanted_is_not_opened(talk, phrases, billing, said: str) -> None:
    conversation = talk("acme")
    conversation.say(phrases["task_of_a_person"])

    assert conversation.say(phrases[said]).says("utter_cancelled" if said == "cancel" else "utter_request_declined")
    assert billing.requests("acme") == []


def test_another_task_waits_until_this_one_is_finished(talk, phrases, billing) -> None:
    conversation = talk("acme")
    conversation.say(phrases["recharge"])
    assert conversation.say(phrases["task_of_a_person"]).says("utter_finish_first", "utter_ask_recharge_form_amount")


def test_a_corrected_address_is_confirmed_anew(talk, phrases, billing) -> None:
    conversation = talk("acme")
    topic = conversation.say(phrases["sales"])
    conversation.press(topic.buttons[0])
    conversation.say("wrong@example.com")
    conversation.say(phrases["sales_message"])
    conversation.say(phrases["yes"])

    corrected = conversation.say("right@example.com")
    assert corrected.says("utter_contact_sales_confirm")
    assert "right@example.com" in corrected.text
    assert conversation.say(phrases["yes"]).says("utter_contact_sales_done")
    assert [request.contact for request in billing.all_requests()] == ["right@example.com"]


def test_a_corrected_request_is_the_only_one_that_is_sent(talk, phrases, billing) -> None:
    conversation = talk("acme")
    conversation.say(phrases["person"])
    conversation.say(phrases["free_words"])
    assert conversation.say(phrases["no"]).says("utter_request_declined")

    conversation.say(phrases["support"])
    charges = conversation.say(phrases["support_message"])
    conversation.press(charges.buttons[0])
    assert conversation.say(phrases["yes"]).says("utter_request_done")
    assert messages(billing) == [phrases["support_message"]]


@pytest.mark.parametrize(
    "said", ["ok?", "yes?", "確認させて", "大丈夫です", "확인해 볼게요", "네, 나중에요", "true", "True"]
)
def test_what_may_mean_something_else_confirms_nothing(talk, billing, said: str) -> None:
    conversation = talk("acme")
    conversation.say("top up 50 dollars by card")
    before = billing.balance("acme").position

    conversation.say(said)
    assert billing.balance("acme").position == before
