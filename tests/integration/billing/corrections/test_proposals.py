from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest

from billing.errors import (
    AdjustmentKeyReused,
    ApprovalNeeded,
    BillingError,
    CreditInsufficient,
    NoteInvalid,
    ProposalDecided,
    ProposalExpired,
    ProposalNotFound,
    ProposalOwn,
)
from tests.builders.accounts import an_account
from tests.builders.money import usd

ANN, KIM = "operator:ann", "operator:kim"


@pytest.fixture
def account(billing):
    return an_account(billing)


def propose(billing, account, amount=500, *, key="p-1", reason="An outage"):
    return billing.propose_credit(account, Decimal(amount), reason=reason, key=key, actor=ANN)


def adjust(billing, account, amount, *, key, actor=ANN):
    return billing.adjust_credit(account, Decimal(amount), reason="x", key=key, actor=actor, alone=True)


def test_a_proposal_credits_nothing_until_another_approves_it(billing, account, clock):
    made = propose(billing, account)
    assert (made.id, made.state, made.amount, made.proposed_by) == ("A-000001", "open", usd(500), ANN)
    assert propose(billing, account) == made
    with pytest.raises(AdjustmentKeyReused):
        propose(billing, account, 501)
    assert billing.balance(account).top_up == usd(0)
    with pytest.raises(ProposalOwn):
        billing.approve_credit(made.id, actor=ANN)

    decided = billing.approve_credit(made.id, actor=KIM)
    assert (decided.state, decided.decided_by, decided.adjustment) == ("approved", KIM, "C-000001")
    assert billing.approve_credit(made.id, actor=KIM) == decided
    assert billing.balance(account).top_up == usd(500)
    assert [(row.actor, row.action) for row in billing.audit_trail(subject=account)[:2]] == [
        (KIM, "credit.adjust"),
        (ANN, "credit.propose"),
    ]
    for again in (
        lambda: billing.reject_credit(made.id, "no", actor=KIM),
        lambda: billing.approve_credit(made.id, actor="x"),
    ):
        with pytest.raises(ProposalDecided):
            again()


def test_a_rejected_proposal_is_never_made(billing, account):
    made = propose(billing, account)
    with pytest.raises(NoteInvalid):
        billing.reject_credit(made.id, " ", actor=KIM)
    decided = billing.reject_credit(made.id, "Not ours", actor=KIM)
    assert (decided.state, decided.note) == ("rejected", "Not ours")
    assert billing.reject_credit(made.id, "Not ours", actor=KIM) == decided
    with pytest.raises(ProposalDecided):
        billing.approve_credit(made.id, actor=KIM)
    assert billing.credit_proposals() == []
    assert billing.credit_proposals(waiting=False) == [decided]
    assert billing.balance(account).top_up == usd(0)


def test_a_proposal_that_nobody_decided_on_expires(billing, account, clock):
    made = propose(billing, account)
    clock.now += timedelta(days=7) - timedelta(seconds=1)
    assert billing.credit_proposals() == [made]
    clock.now += timedelta(seconds=1)
    assert [each.state for each in billing.credit_proposals(waiting=False)] == ["expired"]
    for decide in (
        lambda: billing.approve_credit(made.id, actor=KIM),
        lambda: billing.reject_credit(made.id, "x", actor=KIM),
    ):
        with pytest.raises(ProposalExpired):
            decide()
    assert billing.balance(account).top_up == usd(0)


def test_what_is_not_there_any_more_is_not_taken_and_the_proposal_waits_on(billing, account):
    adjust(billing, account, 50, key="a")
    made = propose(billing, account, -50)
    adjust(billing, account, -1, key="b")
    with pytest.raises(CreditInsufficient):
        billing.approve_credit(made.id, actor=KIM)
    assert [each.state for each in billing.credit_proposals()] == ["open"]
    assert billing.balance(account).top_up == usd(49)


def test_a_limit_is_not_got_round_in_parts_nor_there_and_back(billing, account, clock):
    adjust(billing, account, 60, key="1")
    with pytest.raises(ApprovalNeeded) as refused:
        adjust(billing, account, "40.01", key="2")
    assert refused.value.values == {"limit": usd(100)}
    with pytest.raises(ApprovalNeeded):
        adjust(billing, account, -41, key="3")
    assert adjust(billing, account, 60, key="1").top_up == usd(60), "a repeat is no second"
    assert adjust(billing, account, 40, key="4").top_up == usd(100)
    assert adjust(billing, account, 100, key="5", actor=KIM).top_up == usd(200), "each operator has a limit"
    assert adjust(billing, an_account(billing, "other"), 100, key="6").top_up == usd(100), "on each account"
    clock.now += timedelta(hours=24)
    assert adjust(billing, account, 100, key="7").top_up == usd(300)


def test_two_who_approve_at_once_credit_once(billing, account):
    made = propose(billing, account)

    def approve(actor: str) -> str:
        try:
            return billing.approve_credit(made.id, actor=actor).state
        except BillingError as error:
            return error.code

    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(approve, [KIM, "operator:lee", KIM, "operator:lee"]))
    assert set(outcomes) == {"approved", "proposal_decided"}
    assert billing.balance(account).top_up == usd(500)


def test_a_proposal_that_is_not_there_is_not_found(billing):
    for number in ("A-000002", "A-", "", "x", "A-999999999999999999999"):
        with pytest.raises(ProposalNotFound):
            billing.approve_credit(number, actor=KIM)
