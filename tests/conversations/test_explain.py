""" "Why?" walks the last figures down, formula, entries and uses, in three languages; each numeral of it is derived."""

from __future__ import annotations

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.explain import ActionExplain
from actions.texts import Texts
from billing.api import Billing
from billing.caller import Caller, seal
from billing.config import Settings
from billing.errors import AccountNotFound
from gateway.answers.replay import Replays
from gateway.answers.service import Answers
from gateway.answers.traces import Traces
from tests.builders.accounts import a_top_up, use
from tests.builders.answers import LANGUAGES, TOPICS
from tests.conversations.test_topics import said


def explained(talk, language: str, topic: str = "show_balance", account: str = "acme"):
    """A conversation in which the topic's figures were told, and that answer."""
    conversation = talk(account)
    return conversation, conversation.say(said(language)[topic], locale=language)


def test_a_balance_is_walked_down_to_its_uses_by_words_and_buttons(talk, billing: Billing, phrases) -> None:
    balance, texts = billing.balance("acme"), Texts(phrases.language)
    conversation, answer = explained(talk, phrases.language)

    formula = conversation.say(phrases["why"])
    assert formula.says("utter_explain_formula")
    assert formula.topic == "explain"
    for part in (balance.available, balance.plan, balance.voucher_total, balance.top_up):
        assert texts.money(part) in formula.text.splitlines()[0]

    entries = conversation.press(formula.buttons[0])
    assert entries.says("utter_explain_entries")
    trace = Answers(billing).explain(answer.messages[0]["answer_id"]).messages[0]
    [plan] = [figure.sources[0] for figure in trace.figures if figure.formula == "balance.plan"]
    charge = plan.entries[0]
    assert charge.uses is not None
    assert f"{texts.day(charge.at)}" in entries.text
    assert texts.money(charge.amount) in entries.text
    assert texts.number(plan.count) in entries.text

    uses = conversation.say(phrases["why_again"])
    assert uses.says("utter_explain_uses")
    assert texts.money(charge.uses.events[0].amount) in uses.text
    assert uses.buttons == []

    assert conversation.say(phrases["why"]).says("utter_explain_end")
    assert conversation.say(phrases["why"]).says("utter_explain_end")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("account", ["acme", "sakura", "hangang", "expired", "paused", "pending", "empty"])
def test_every_numeral_is_derived_and_the_explanation_said_again_whatever_came_since(
    talk, billing: Billing, settings: Settings, account: str, language: str
) -> None:
    conversation = talk(account)
    why = {"en": "why?", "ja": "なぜ？", "ko": "왜요?"}[language]
    told = []
    for topic in TOPICS:
        conversation.say(said(language)[topic], locale=language)
        steps = [conversation.say(why).messages[0] for _ in range(4)]
        told += [message for message in steps if message["card"]]
        assert steps[-1]["card"] is None
    if account != "empty":
        use(billing, account, 3, "inference")
    a_top_up(billing, account, 100_000 if account in {"sakura", "hangang"} else 50)

    answers, replays = Answers(billing), Replays(billing, settings)
    assert len(told) >= (1 if account in {"empty", "pending"} else 8)  # neither of the two has any use
    for message in told:
        [checked] = answers.check(message["answer_id"])
        assert checked.numerals
        assert checked.orphans == [], message["text"]
        [again] = replays.of(message["answer_id"])
        assert again.again == message
        assert again.identical
        assert again.unchanged


def test_what_is_explained_is_of_then(talk, billing: Billing, phrases) -> None:
    then = billing.balance("acme").available
    conversation, _ = explained(talk, phrases.language)
    a_top_up(billing, "acme", 75)

    reply = conversation.say(phrases["why"])
    texts = Texts(phrases.language)
    assert texts.money(then) in reply.text
    assert texts.money(billing.balance("acme").available) not in reply.text


def test_another_question_begins_at_the_top_again(talk, phrases) -> None:
    conversation, _ = explained(talk, phrases.language)
    for _ in range(2):
        conversation.say(phrases["why"])
    conversation.say(said(phrases.language)["show_usage"])

    reply = conversation.say(phrases["why"])
    assert reply.says("utter_explain_formula")
    assert {figure["formula"].split(".")[0] for figure in reply.messages[0]["card"]["figures"]} == {"usage"}


def test_a_follow_up_goes_on_with_what_was_explained(talk, phrases) -> None:
    conversation, _ = explained(talk, phrases.language, "show_usage")
    conversation.say(phrases["why"])
    assert conversation.say(phrases["and_last_month"]).topic == "show_usage"


def test_without_a_figure_there_is_nothing_to_explain_and_figures_are_offered(talk, phrases) -> None:
    conversation = talk("acme")
    conversation.say(phrases["question"])
    reply = conversation.say(phrases["why"])
    assert reply.says("utter_explain_nothing")
    assert conversation.press(reply.buttons[0]).topic == "show_balance"
    assert conversation.say(phrases["why"]).says("utter_explain_formula")


def test_a_visitor_is_told_to_sign_in(talk, phrases) -> None:
    assert talk(None).say(phrases["why"]).says("utter_sign_in")


def test_another_accounts_answer_is_not_explained(talk, billing: Billing, settings: Settings) -> None:
    """Even where it stood in the conversation, which no door lets happen."""
    _, answer = explained(talk, "en")
    [traced] = Traces(billing.database).of(answer.messages[0]["answer_id"])
    bot = {"event": "bot", "data": {"custom": {"answer": traced.trace.model_dump(mode="json")}}}

    def asked_by(account: str) -> str:
        caller = seal(Caller(account, "somebody", "talk", "why"), settings.secret("internal_secret"))
        message = {"metadata": {"caller": caller}, "message_id": "why", "entities": []}
        dispatcher = CollectingDispatcher()
        tracker = Tracker("talk", {"language": "en"}, message, [bot], False, None, {}, None)
        ActionExplain(billing).run(dispatcher, tracker, {})
        return dispatcher.messages[0]["response"]

    assert asked_by("acme") == "utter_explain_formula"
    assert asked_by("sakura") == "utter_explain_nothing"
    with billing.reading("sakura") as reading, pytest.raises(AccountNotFound):
        reading.explained(traced.trace)
