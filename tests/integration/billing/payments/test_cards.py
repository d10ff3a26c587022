"""Saved cards: known by asking the provider, used by default, removed for good."""

from __future__ import annotations

import pytest

from billing.errors import CardNotFound
from billing.payments.providers.base import Unanswered
from billing.payments.providers.stripe import Stripe
from tests.builders.accounts import an_account
from tests.builders.localstripe import ASKS
from tests.builders.payments import a_saved_card, webhook


def test_a_card_is_saved_by_a_setup_intent_and_known_when_the_provider_tells(billing, stripe, account):
    session = billing.start_saving_card(account, "k-1")
    customer = [call for call in stripe.calls if call.path == "/v1/setup_intents"][-1].form["customer"]
    card = stripe.card()
    stripe.post(f"payment_methods/{card['id']}/attach", {"customer": customer})

    assert billing.saved_cards(account) == []
    outcome = webhook(billing, stripe, "setup_intent.succeeded", {"id": "seti_1", "customer": customer})

    assert outcome == "applied"
    assert session.client_secret.startswith("seti_")
    [saved] = billing.saved_cards(account)
    assert (saved.brand, saved.last4, saved.expires, saved.default) == ("visa", "4242", "2034-12", True)
    assert billing.start_saving_card(account, "k-1") == session


def test_the_first_card_is_the_default_until_another_is_made_it(billing, stripe, account):
    first, second = a_saved_card(billing, stripe, account), a_saved_card(billing, stripe, account, ASKS)

    assert [card.id for card in billing.saved_cards(account)] == [first, second]
    billing.make_default_card(account, second)

    assert [(card.id, card.default) for card in billing.saved_cards(account)] == [(second, True), (first, False)]


def test_a_removed_card_is_forgotten_here_and_at_the_provider_and_never_comes_back(billing, stripe, account):
    first, second = a_saved_card(billing, stripe, account), a_saved_card(billing, stripe, account, ASKS)

    left = billing.remove_card(account, first)

    assert [(card.id, card.default) for card in left] == [(second, True)]
    assert [call for call in stripe.calls if call.path.endswith("/detach")]
    assert [card.id for card in billing.refresh_cards(account)] == [second]
    with pytest.raises(CardNotFound):
        billing.remove_card(account, first)


def test_a_card_that_was_removed_at_the_provider_is_not_charged_any_more(billing, stripe, account):
    a_saved_card(billing, stripe, account)
    customer = [call for call in stripe.calls if call.path == "/v1/setup_intents"][-1].form["customer"]
    [method] = stripe.get("payment_methods", customer=customer, type="card")["data"]
    stripe.post(f"payment_methods/{method['id']}/detach", {})

    body = stripe.event("payment_method.detached", {"id": method["id"], "customer": None})
    body = body.replace(b'"data": {', b'"data": {"previous_attributes": {"customer": "%s"}, ' % customer.encode())
    billing.take_provider_event(body, stripe.signed(body, at=billing.now().timestamp())["Stripe-Signature"])

    assert billing.saved_cards(account) == []


def test_cards_are_their_accounts_alone(billing, stripe, account):
    card, other = a_saved_card(billing, stripe, account), an_account(billing, "other")

    assert billing.saved_cards(other) == []
    for change in (billing.remove_card, billing.make_default_card):
        with pytest.raises(CardNotFound):
            change(other, card)


def test_cards_that_could_not_be_asked_for_are_asked_for_later(billing, stripe, account, monkeypatch):
    billing.start_saving_card(account, "k-1")
    customer = [call for call in stripe.calls if call.path == "/v1/setup_intents"][-1].form["customer"]
    stripe.post(f"payment_methods/{stripe.card()['id']}/attach", {"customer": customer})

    def down(*_):
        raise Unanswered("down")

    monkeypatch.setattr(Stripe, "cards", down)
    assert webhook(billing, stripe, "setup_intent.succeeded", {"id": "seti_1", "customer": customer}) == "applied"
    monkeypatch.undo()
    assert billing.saved_cards(account) == []
    billing.reconcile_payments()

    assert [card.last4 for card in billing.saved_cards(account)] == ["4242"]
    before = len(stripe.calls)
    billing.reconcile_payments()
    assert len(stripe.calls) == before
