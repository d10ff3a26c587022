"""A voucher code is redeemed in the conversation: checked first, confirmed, once."""

from __future__ import annotations

ASK, CONFIRM = "utter_ask_redeem_voucher_form_voucher_code", "utter_redeem_voucher_confirm"


def test_a_code_is_redeemed_once(talk, phrases, billing) -> None:
    before = billing.balance("acme").available
    conversation = talk("acme")
    assert conversation.say(phrases["redeem"]).says(ASK)
    assert conversation.say("WELCOME50").says(CONFIRM)
    assert billing.balance("acme").available == before
    assert conversation.say(phrases["yes"]).says("utter_redeem_voucher_done")
    assert conversation.say(phrases["yes"]).says("utter_nothing_to_confirm")

    assert (billing.balance("acme").available - before).amount == 50


def test_a_code_that_was_redeemed_is_refused(talk, phrases, billing) -> None:
    billing.redeem_voucher("acme", "WELCOME50", key="before")
    conversation = talk("acme")
    conversation.say(phrases["redeem"])

    assert conversation.say("WELCOME50").says("utter_voucher_already_redeemed", ASK)


def test_a_wrong_code_is_asked_again(talk, phrases, billing) -> None:
    conversation = talk("acme")
    conversation.say(phrases["redeem"])

    assert conversation.say("NOSUCHCODE1").says("utter_voucher_unknown", ASK)
    assert conversation.say("WELCOME50").says(CONFIRM)


def test_a_no_keeps_the_code(talk, phrases, billing) -> None:
    conversation = talk("acme")
    conversation.say(phrases["redeem"])
    conversation.say("WELCOME50")

    assert conversation.say(phrases["no"]).says("utter_redeem_voucher_declined")
    assert conversation.say(phrases["redeem"]).says(ASK)
