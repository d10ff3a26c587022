from __future__ import annotations

from decimal import Decimal

import pytest

from billing.api import Billing
from tests.builders.accounts import an_account, use
from tests.builders.money import usd
from tests.conversations.conftest import Phrases

ASK_AMOUNT, ASK_METHOD = "utter_ask_recharge_form_amount", "utter_ask_recharge_form_payment_method"
CONFIRM, DONE = "utter_recharge_confirm_card", "utter_recharge_completed"


def top_up(billing: Billing, account: str = "acme") -> Decimal:
    return billing.balance(account).top_up.amount


def to_the_confirmation(talk, phrases: Phrases, amount: str = "50"):
    conversation = talk("acme")
    conversation.say(phrases["recharge"])
    method = conversation.say(amount)
    return conversation, conversation.press(method.buttons[0])


def test_a_recharge_is_asked_for_step_by_step_and_done_once(talk, phrases, billing) -> None:
    before = top_up(billing)
    conversation = talk("acme")

    assert conversation.say(phrases["recharge"]).says("utter_recharge_start", ASK_AMOUNT)
    method = conversation.say(phrases["amount"])
    assert method.says(ASK_METHOD)
    confirm = conversation.press(method.buttons[0])
    assert confirm.says(CONFIRM)
    assert top_up(billing) == before
    assert conversation.press(confirm.buttons[0]).says(DONE)

    assert top_up(billing) == before + 50


def test_what_the_first_sentence_says_is_not_asked_again(talk, phrases, billing) -> None:
    conversation = talk("acme")
    assert conversation.say(phrases["recharge_by_card"]).says("utter_recharge_start", CONFIRM)
    assert conversation.say(phrases["yes"]).says(DONE)


def test_a_question_in_between_is_answered_and_the_form_goes_on(talk, phrases, billing) -> None:
    conversation = talk("acme")
    conversation.say(phrases["recharge"])

    assert conversation.say(phrases["question"]).says("utter_faq/support_plans", ASK_AMOUNT)
    assert conversation.say(phrases["balance"]).says("utter_balance", ASK_AMOUNT)
    assert conversation.say(phrases["amount"]).says(ASK_METHOD)


def test_a_corrected_amount_is_confirmed_anew(talk, phrases, billing) -> None:
    before = top_up(billing)
    conversation, _ = to_the_confirmation(talk, phrases)

    corrected = conversation.say(phrases["other_amount"])
    assert corrected.says(CONFIRM)
    assert "100" in corrected.text
    assert top_up(billing) == before
    conversation.say(phrases["yes"])

    assert top_up(billing) == before + 100


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_cancel_ends_it_at_every_step_and_nothing_happened(talk, phrases, billing, steps: int) -> None:
    before = billing.balance("acme").position
    conversation = talk("acme")
    conversation.say(phrases["recharge"])
    for said in [phrases["amount"], phrases["by_e_wallet"]][:steps]:
        conversation.say(said)

    assert conversation.say(phrases["cancel"]).says("utter_cancelled")
    assert conversation.say(phrases["yes"]).says("utter_nothing_to_confirm")
    assert billing.balance("acme").position == before


def test_a_no_to_the_terms_means_no(talk, phrases, billing) -> None:
    before = billing.balance("acme").position
    conversation, _ = to_the_confirmation(talk, phrases)

    assert conversation.say(phrases["no"]).says("utter_recharge_declined_by_customer")
    assert billing.balance("acme").position == before


def test_a_second_yes_does_nothing(talk, phrases, billing) -> None:
    before = top_up(billing)
    conversation, confirm = to_the_confirmation(talk, phrases)

    assert conversation.press(confirm.buttons[0]).says(DONE)
    assert conversation.say(phrases["yes"]).says("utter_nothing_to_confirm")
    assert top_up(billing) == before + 50


def test_the_confirming_message_sent_twice_with_its_key_is_done_once(talk, phrases, billing) -> None:
    before = top_up(billing)
    conversation, confirm = to_the_confirmation(talk, phrases)

    first = conversation.press(confirm.buttons[0], key="once")
    second = conversation.press(confirm.buttons[0], key="once")

    assert first == second
    assert top_up(billing) == before + 50


@pytest.mark.parametrize(
    ("amount", "refusal"),
    [
        ("-5", "utter_amount_not_positive"),
        ("0", "utter_amount_not_positive"),
        ("1", "utter_amount_too_small"),
        ("1000000", "utter_amount_too_large"),
        ("50.123", "utter_amount_too_fine"),
    ],
)
def test_an_amount_that_cannot_be_is_refused_with_its_reason_and_asked_again(
    talk, phrases, billing, amount: str, refusal: str
) -> None:
    before = billing.balance("acme").position
    conversation = talk("acme")
    conversation.say(phrases["recharge"])

    assert conversation.say(amount).says(refusal, ASK_AMOUNT)
    assert billing.balance("acme").position == before
    assert conversation.say("50").says(ASK_METHOD)


def test_words_for_an_amount_are_refused(talk, phrases, billing) -> None:
    conversation = talk("acme")
    conversation.say(phrases["recharge"])
    assert conversation.say(phrases["not_a_number"]).says("utter_amount_invalid", ASK_AMOUNT)


def test_another_currency_is_refused(talk, phrases, billing) -> None:
    conversation = talk("acme")
    refused = conversation.say(phrases["recharge_other_currency"])
    assert refused.says("utter_recharge_start", "utter_currency_mismatch", ASK_AMOUNT)


def test_a_declined_card_changes_nothing(talk, phrases, billing) -> None:
    before = billing.balance("acme").position
    conversation, confirm = to_the_confirmation(talk, phrases, "50.13")

    assert conversation.press(confirm.buttons[0]).says("utter_payment_declined")
    assert billing.balance("acme").position == before


def test_a_transfer_waits_for_the_money(talk, phrases, billing) -> None:
    before = top_up(billing)
    conversation = talk("acme")
    conversation.say(phrases["recharge"])
    conversation.say(phrases["amount"])
    assert conversation.say(phrases["by_transfer"]).says("utter_recharge_confirm_bank_transfer")
    assert conversation.say(phrases["yes"]).says("utter_recharge_pending")
    assert top_up(billing) == before

    [pending] = billing.pending_transfers()
    billing.confirm_transfer(pending.id)
    assert top_up(billing) == before + 50


def test_an_older_button_is_stale(talk, phrases, billing) -> None:
    from assistant.errors import StaleChoice

    before = billing.balance("acme").position
    conversation, confirm = to_the_confirmation(talk, phrases)
    conversation.say(phrases["other_amount"])

    with pytest.raises(StaleChoice):
        conversation.press(confirm.buttons[0])
    assert billing.balance("acme").position == before


def test_a_visitor_is_told_to_sign_in(talk, phrases) -> None:
    assert talk(None).say(phrases["recharge"]).says("utter_sign_in")


def test_a_typed_command_is_text(talk, billing) -> None:
    before = billing.balance("acme").position
    conversation = talk("acme")
    conversation.say('/recharge{"amount":"50","payment_method":"card"}')
    conversation.say("/affirm")
    conversation.say('/SetSlots(recharge_confirmed="yes")')
    assert billing.balance("acme").position == before


def test_who_owes_is_told_what_of_a_top_up_pays_it(talk, phrases, billing) -> None:
    debtor = an_account(billing, f"debtor-{len(billing.accounts())}")
    use(billing, debtor, 240)
    conversation = talk(debtor)

    confirm = conversation.say(phrases["recharge_by_card"])
    assert confirm.says("utter_recharge_start", CONFIRM)
    assert "$12.00" in confirm.text
    done = conversation.say(phrases["yes"])

    assert done.says(DONE)
    assert "$12.00" in done.text
    assert billing.balance(debtor).owed == usd(0)
    assert top_up(billing, debtor) == 38
