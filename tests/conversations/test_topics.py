"""Every topic in three languages: what is said is understood and answered by the response of its name."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

HERE = Path(__file__).resolve().parent
LANGUAGES = ("en", "ja", "ko")

REQUEST = ("utter_request_start", "utter_request_confirm")
ANSWERS = {
    "show_plan": ("utter_plan_active",),
    "show_requests": ("utter_requests_none",),
    "explain": ("utter_explain_nothing",),
    "recharge": ("utter_recharge_start", "utter_ask_recharge_form_amount"),
    "contact_sales": ("utter_contact_sales_start", "utter_ask_contact_sales_form_sales_topic"),
    "contact_support": ("utter_contact_support_start", "utter_ask_request_form_request_message"),
    "recommend_plan": ("utter_recommend_plan",),
    "what_if": ("utter_what_if_dearer",),
    "redeem_voucher": ("utter_ask_redeem_voucher_form_voucher_code",),
    "change_plan": ("utter_plan_change_now_terms",),
    "pause_plan": ("utter_plan_pause_terms",),
    "resume_plan": ("utter_plan_not_paused",),
    "cancel_plan": ("utter_plan_cancel_terms",),
    "confirm_plan": ("utter_offer_not_found",),
    "renew_plan": ("utter_plan_renew_terms",),
    "upgrade_support": REQUEST,
    "affirm": ("utter_nothing_to_confirm",),
    "deny": ("utter_nothing_to_decline",),
    "cancel": ("utter_nothing_to_cancel",),
}
FOR_VISITORS = {"contact_sales", "greet", "goodbye", "thank", "affirm", "deny", "cancel", "help", "bot_challenge"}


def said(language: str) -> dict[str, str]:
    return yaml.safe_load((HERE / language / "topics.yml").read_text(encoding="utf-8"))


CASES = [(language, topic) for language in LANGUAGES for topic in said(language)]


def test_every_topic_is_said_in_every_language() -> None:
    assert len(CASES) == 3 * 51


@pytest.mark.parametrize(("language", "topic"), CASES)
def test_a_topic_is_answered_in_the_customers_language(talk, language: str, topic: str) -> None:
    reply = talk("acme").say(said(language)[topic], locale=language)

    assert reply.topic == topic
    assert reply.language == language
    assert reply.says(*ANSWERS.get(topic, (f"utter_{topic.removeprefix('show_')}",)))


@pytest.mark.parametrize(("language", "topic"), CASES)
def test_a_visitor_gets_knowledge_and_sales_and_is_told_to_sign_in_for_the_rest(
    talk, language: str, topic: str
) -> None:
    reply = talk(None).say(said(language)[topic], locale=language)

    if topic.startswith("faq/") or topic in {*FOR_VISITORS, "out_of_scope"}:
        assert reply.says(*ANSWERS.get(topic, (f"utter_{topic.removeprefix('show_')}",)))
    else:
        assert reply.says("utter_sign_in")


@pytest.mark.parametrize(("language", "topic"), [case for case in CASES if case[1].startswith("faq/")])
def test_a_knowledge_answer_carries_its_link(talk, language: str, topic: str) -> None:
    [message] = talk(None).say(said(language)[topic], locale=language).messages
    [link] = message["links"]
    assert link["url"] in message["text"]
    assert link["title"] != link["url"]
