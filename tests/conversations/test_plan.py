"""What a customer does to the plan in the conversation: exact terms first, done once, taken back while it can be."""

from __future__ import annotations

import pytest

from actions.texts import Texts
from billing.api import Billing
from tests.builders.money import usd


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


def declined(talk, phrases, billing, answer: str):
    offered = billing.plan_offer("pending")
    conversation = talk("pending")
    conversation.say(phrases["confirm_plan"])
    why = conversation.say(phrases["no"])
    assert why.says("utter_ask_plan_form_plan_reason")
    chosen = why.buttons[int(answer)] if answer.isdigit() else None
    return offered, conversation.press(chosen) if chosen else conversation.say(answer)


@pytest.mark.parametrize(("answer", "reason"), [("0", "price"), ("4", None), ("too_dear", "too_dear")])
def test_a_prepared_plan_is_declined_with_a_reason_that_sales_are_told(
    talk, phrases, billing, answer: str, reason: str | None
) -> None:
    words = phrases[answer] if answer == "too_dear" else answer
    offered, ended = declined(talk, phrases, billing, words)

    assert ended.says("utter_plan_declined_offer")
    [told] = billing.declined_offers("pending")
    assert (told.number, told.reason) == (offered.number, phrases[reason] if reason == "too_dear" else reason)
    assert [event["type"] for event in billing.undelivered()] == ["offer.declined"]
    assert billing.plan_offer("pending") is None


def test_a_prepared_plan_that_is_kept_for_later_still_waits(talk, phrases, billing) -> None:
    offered, ended = declined(talk, phrases, billing, "5")

    assert ended.says("utter_plan_declined")
    assert billing.plan_offer("pending") == offered


def test_a_plan_that_must_be_paid_first_says_so_from_the_offer_to_its_payment(talk, phrases, billing) -> None:
    billing.withdraw_offer("pending", billing.plan_offer("pending").number)
    offered = billing.prepare_plan("pending", "growth", "monthly", payment_method="bank_transfer")
    conversation = talk("pending")
    asked = conversation.say(phrases["confirm_plan"])
    assert asked.says("utter_plan_confirm_terms")
    assert Texts(phrases.language).day(offered.valid_until) in asked.text
    assert conversation.say(phrases["yes"]).says("utter_plan_confirm_unpaid_done")

    [invoice] = billing.invoices("pending")
    shown = conversation.say(phrases["show_plan"])
    assert shown.says("utter_plan_awaits_payment")
    assert invoice.number in shown.text
    assert conversation.say(phrases["confirm_plan"]).says("utter_offer_awaits_payment")
    billing.pay_invoice("pending", invoice.number, key="bank-1")
    assert status(billing, "pending") == "active"
    assert conversation.say(phrases["show_plan"]).says("utter_plan_active")


def test_a_plan_that_waits_for_its_payment_is_given_up(talk, phrases, billing) -> None:
    offered = billing.plan_offer("pending")
    changed = billing.prepare_plan(
        "pending", "growth", "monthly", payment_method="bank_transfer", replaces=offered.number
    )
    billing.confirm_plan("pending", changed.number, terms_checksum=changed.checksum, key="c-1")
    [invoice] = billing.invoices("pending")
    billing.pay_invoice("pending", invoice.number, 5, key="bank-1")
    before = billing.balance("pending").top_up
    conversation = talk("pending")

    why = conversation.say(phrases["cancel_plan"])
    assert why.says("utter_ask_plan_form_plan_reason")
    assert conversation.press(why.buttons[2]).says("utter_plan_given_up")
    assert billing.declined_offers("pending")[0].reason == "timing"
    assert billing.balance("pending").top_up == before + usd(5)
