"""Explanations of answers: every numeral derived, said again after a month, and wrong where the ledger is changed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from billing.api import EXPLAINED, Billing, Explaining
from billing.config import Settings
from billing.money import Money
from gateway.answers.models import AnswerTraceRow
from gateway.answers.replay import Replays
from gateway.answers.service import Answers
from gateway.answers.traces import Traces
from gateway.conversations.models import TurnRow
from tests.builders.accounts import a_top_up, a_voucher, use
from tests.builders.answers import LANGUAGES, TOPICS, Asking
from tests.builders.life import confirmed
from tests.builders.months import ACCOUNTS, Month
from tests.integration.gateway.answers.test_check import CHARGE, ENTRY, changed, newest

EXPLAINED_ANSWERS = 40
STEPS = (1, 2, 3)


def explain(billing: Billing, asking: Asking, reply, step: int, language: str) -> str | None:
    """The id of the explanation of a kept reply; None where there is no such step."""
    [traced] = Traces(billing.database).of(reply[0]["answer_id"])
    asked = Explaining(answer=traced.answer_id, step=step, trace=traced.trace)
    [said] = asking.ask(traced.trace.account, "explain", language, {EXPLAINED: asked.model_dump(mode="json")})
    return said["answer_id"] if said["card"] else None


def test_explanations_of_a_months_answers_are_derived_and_said_again(
    billing: Billing, asking: Asking, settings: Settings, month: Month
) -> None:
    explanations = []
    for _ in range(EXPLAINED_ANSWERS):
        month.pass_time(deeds=3)
        reply = asking.at_random(month.rng, [*ACCOUNTS])
        language = month.rng.choice(LANGUAGES)
        explanations += [explain(billing, asking, reply, step, language) for step in STEPS]
    month.pass_time(deeds=40)

    found = [answer for answer in explanations if answer is not None]
    assert len(found) > EXPLAINED_ANSWERS
    answers, replays = Answers(billing), Replays(billing, settings)
    for answer in found:
        [checked] = answers.check(answer)
        [again] = replays.of(answer)
        assert checked.orphans == [], again.then["text"]
        assert again.again == again.then


@pytest.fixture
def used(billing: Billing, asking: Asking, month: Month, clock) -> None:
    """An account with a plan, a voucher, top-up credit, and uses that they paid for."""
    a_top_up(billing, "acme", 137)
    a_voucher(billing, "acme", Money.of("23.45", "USD"))
    for day in range(6):
        clock.forward(days=1)
        use(billing, "acme", 7 + day)
        use(billing, "acme", "0.3", "gpu_container")
    confirmed(billing, "acme", "starter")
    use(billing, "acme", 5)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", TOPICS)
def test_one_changed_numeral_fails_the_check(billing: Billing, asking: Asking, used: None, topic, language) -> None:
    reply = asking.ask("acme", topic, language)
    for step in STEPS:
        answer = explain(billing, asking, reply, step, language)
        if answer is None:
            continue
        [checked] = Answers(billing).check(answer)
        assert (checked.numerals > 0, checked.orphans) == (True, [])
        with billing.database.transaction() as session:
            query = sa.select(TurnRow).join(AnswerTraceRow, AnswerTraceRow.turn_id == TurnRow.id)
            turn = session.scalars(query.where(TurnRow.message_id == answer)).one()
            turn.reply = [turn.reply[0] | {"text": turn.reply[0]["text"] + "\n$98,765.43"}]
        [checked] = Answers(billing).check(answer)
        assert [orphan.text for orphan in checked.orphans] == ["$98,765.43"]


@pytest.mark.parametrize(
    ("topic", "step", "table"),
    [("show_balance", 1, ENTRY), ("show_balance", 2, ENTRY), ("show_usage", 2, CHARGE), ("show_balance", 3, CHARGE)],
)
def test_one_changed_entry_fails_the_check(billing: Billing, asking: Asking, used: None, topic, step, table) -> None:
    ids = [explain(billing, asking, asking.ask("acme", topic, of), step, of) for of in LANGUAGES]
    answers = Answers(billing)
    assert [each.orphans for answer in ids for each in answers.check(answer)] == [[], [], []]

    with changed(billing, table, newest(billing, table, "plan"), "units"):
        assert all(each.orphans for answer in ids for each in answers.check(answer))


def test_an_explanation_is_traced_as_what_it_explains(billing: Billing, asking: Asking, used: None) -> None:
    reply = asking.ask("acme", "show_balance")
    answer = explain(billing, asking, reply, 2, "en")
    assert answer is not None
    answers = Answers(billing)
    [of] = answers.explain(reply[0]["answer_id"]).messages
    [explanation] = answers.explain(answer, ("acme", "user-of-acme")).messages
    assert explanation.figures == of.figures
    [charge, *_] = next(each for each in of.figures if each.formula == "balance.plan").sources[0].entries
    assert charge.uses is not None
    assert charge.uses.sum is not None
    assert charge.uses.sum.plain() == charge.amount.plain().removeprefix("-")
