"""What a customer does to the plan in the conversation: exact terms first, done once, taken back while it can be."""

from __future__ import annotations

import pytest

from billing.api import Billing


def status(billing: Billing, account: str) -> str:
    plan = billing.plan(account)
    assert plan is not None
    return plan.status


def test_a_plan_is_paused_and_resumed_each_after_a_yes(talk, phrases, billing) -> None:
    conversation = talk("acme")
    assert conversation.say(phrases["pause"]).says("utter_plan_pause_terms")
    assert status(billing, "acme") == "active"
    assert conversation.say(phrases["yes"]).says("utter_plan_pause_done")
    assert status(billing, "acme") == "paused"
    assert conversation.say(phrases["yes"]).says("utter_nothing_to_confirm")

    assert conversation.say(phrases["resume"]).says("utter_plan_resume_terms")
    assert conversation.say(phrases["yes"]).says("utter_plan_resume_done")
    assert status(billing, "acme") == "active"


def test_a_question_inside_is_answered_and_the_terms_are_asked_again(talk, phrases, billing) -> None:
    conversation = talk("acme")
    conversation.say(phrases["pause"])

    assert conversation.say(phrases["question"]).says("utter_faq/support_plans", "utter_plan_pause_terms")
    assert conversation.say(phrases["no"]).says("utter_plan_declined")
    assert status(billing, "acme") == "active"


def test_cancel_leaves_the_plan_as_it_is(talk, phrases, billing) -> None:
    conversation = talk("acme")
    conversation.say(phrases["cancel_plan"])

    assert conversation.say(phrases["cancel"]).says("utter_cancelled")
    assert billing.plan_periods("acme")[0].cancelled is False


def test_a_plan_is_chosen_from_those_there_are(talk, phrases, billing) -> None:
    conversation = talk("acme")
    asked = conversation.say(phrases["change"])
    assert asked.says("utter_ask_plan_form_plan_choice")
    assert len(asked.buttons) == 2

    confirm = conversation.press(asked.buttons[0])
    assert confirm.says("utter_plan_change_now_terms")
    assert conversation.press(confirm.buttons[0]).says("utter_plan_change_now_done", "utter_plan_invoice")
    changed = billing.plan("acme")
    assert changed is not None
    assert changed.plan == "growth"


def test_only_the_yes_to_the_newest_terms_counts(talk, phrases, billing) -> None:
    conversation = talk("acme")
    first = conversation.say(phrases["change_to_growth"])
    assert first.says("utter_plan_change_now_terms")
    second = conversation.say(phrases["other_plan"])
    assert second.says("utter_plan_change_now_terms")
    assert second.text != first.text

    assert conversation.say(phrases["yes"]).says("utter_plan_change_now_done", "utter_plan_invoice")
    changed = billing.plan("acme")
    assert changed is not None
    assert changed.plan == "scale"


def test_a_cancellation_says_what_is_lost_and_is_taken_back(talk, phrases, billing) -> None:
    conversation = talk("acme")
    assert conversation.say(phrases["cancel_plan"]).says("utter_plan_cancel_terms")
    assert conversation.say(phrases["yes"]).says("utter_plan_cancel_done")
    assert billing.plan_periods("acme")[0].cancelled is True

    assert conversation.say(phrases["resume"]).says("utter_plan_undo_terms")
    assert conversation.say(phrases["yes"]).says("utter_plan_undo_done")
    assert billing.plan_periods("acme")[0].cancelled is False


def test_a_prepared_plan_is_confirmed_on_all_its_terms(talk, phrases, billing) -> None:
    conversation = talk("pending")
    assert conversation.say(phrases["confirm_plan"]).says("utter_plan_confirm_terms")
    assert status(billing, "pending") == "pending_confirmation"
    assert conversation.say(phrases["yes"]).says("utter_plan_confirm_done")
    assert billing.plan_offer("pending") is None


def test_a_period_is_renewed_once(talk, phrases, billing) -> None:
    conversation = talk("sakura")
    assert conversation.say(phrases["renew"]).says("utter_plan_renew_terms")
    assert conversation.say(phrases["yes"]).says("utter_plan_renew_done")

    assert conversation.say(phrases["renew"]).says("utter_plan_already_renewed")


@pytest.mark.parametrize("task", ["pause", "resume", "cancel_plan", "renew", "change"])
def test_who_has_no_plan_is_told_so_at_once(talk, phrases, task: str) -> None:
    assert talk("empty").say(phrases[task]).says("utter_plan_not_in_force")
