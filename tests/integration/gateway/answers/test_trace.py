"""What an answer's figures came from: kept with the turn, told to its owner alone, and adding up to the figure."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from billing.answers.formulas import FORMULAS
from billing.api import Billing
from billing.config import Settings
from billing.money import Money
from gateway.answers.models import AnswerTextsRow, AnswerTraceRow
from gateway.answers.replay import Replays
from gateway.answers.service import Answers
from gateway.errors import Problem
from tests.builders.accounts import a_top_up, a_voucher, use
from tests.builders.answers import LANGUAGES, TOPICS, Asking
from tests.builders.life import confirmed
from tests.builders.months import Month

DOCS = Path(__file__).resolve().parents[4] / "docs" / "traced-answers.md"
OWNER = ("acme", "user-of-acme")


@pytest.fixture
def answers(billing: Billing, month: Month) -> Answers:
    a_top_up(billing, "acme", 100)
    a_voucher(billing, "acme", Money.of("20", "USD"))
    return Answers(billing)


def figures(answers: Answers, reply) -> dict[str, object]:
    [message] = answers.explain(reply[0]["answer_id"], OWNER).messages
    return {figure.formula: figure for figure in message.figures}


def test_a_balance_is_walked_down_to_its_entries(billing: Billing, answers: Answers, asking: Asking) -> None:
    use(billing, "acme", 3, "gpu_container")
    told = figures(answers, asking.ask("acme", "show_balance"))

    assert told["balance.available"].made_of == ["balance.plan", "balance.voucher_total", "balance.top_up"]
    [bucket] = told["balance.top_up"].sources
    assert (bucket.kind, bucket.ref, bucket.sum.plain()) == ("entries", "top_up", told["balance.top_up"].value)
    assert [entry.kind for entry in bucket.entries] == ["top_up"]
    [voucher, row] = told["balance.vouchers.remaining"].sources
    assert voucher.sum.plain() == told["balance.vouchers.remaining"].value == "12.80"
    assert sorted(entry.kind for entry in voucher.entries) == ["usage", "voucher"]
    assert row.ref == told["balance.vouchers.remaining"].of


def test_a_usage_is_walked_down_to_its_events_as_of_then(billing: Billing, answers: Answers, asking: Asking) -> None:
    use(billing, "acme", "1.5", "gpu_container", event_id="gpu-1")
    reply = asking.ask("acme", "show_usage")
    use(billing, "acme", 9, "gpu_container", at=billing.now() - timedelta(days=2))

    [source] = figures(answers, reply)["usage.spend"].sources
    assert (source.count, source.quantity) == (1, "1.5")
    [event] = source.events
    assert (event.event_id, event.amount.plain()) == ("gpu-1", figures(answers, reply)["usage.spend"].value)


def test_a_plans_answer_names_its_row(billing: Billing, answers: Answers, asking: Asking) -> None:
    offered = confirmed(billing, "acme", "starter")
    told = figures(answers, asking.ask("acme", "show_plan"))
    assert told["plan.price"].sources[0].ref == offered.number
    assert told["plan.remaining"].sources[0].sum.plain() == told["plan.remaining"].value


@pytest.mark.parametrize("topic", TOPICS)
def test_every_source_of_entries_adds_up(billing: Billing, answers: Answers, asking: Asking, month, topic) -> None:
    month.pass_time(deeds=60)
    [message] = answers.explain(asking.ask("acme", topic)[0]["answer_id"]).messages
    for figure in message.figures:
        assert figure.expression
        if figure.formula in {"balance.top_up", "balance.vouchers.remaining", "usage.spend", "usage.previous_spend"}:
            [source, *_] = figure.sources
            assert source.sum.plain() == figure.value


@pytest.mark.parametrize("owner", [("acme", "somebody-else"), ("sakura", "user-of-acme"), ("sakura", "user-of-sakura")])
def test_another_s_answer_is_not_there(answers: Answers, asking: Asking, owner) -> None:
    [said] = asking.ask("acme", "show_balance")
    with pytest.raises(Problem) as refused:
        answers.explain(said["answer_id"], owner)
    assert (refused.value.status, refused.value.code) == (404, "answer_not_found")


def test_texts_are_kept_once_whatever_the_language(billing: Billing, answers: Answers, asking: Asking) -> None:
    for language in LANGUAGES:
        asking.ask("acme", "show_balance", language)
    with billing.database.snapshot() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(AnswerTextsRow)) == 1
        assert len(session.scalars(sa.select(AnswerTraceRow)).all()) == len(LANGUAGES)


def test_what_says_no_figures_has_no_trace(billing: Billing, asking: Asking, settings: Settings) -> None:
    with pytest.raises(Problem) as refused:
        Replays(billing, settings).of("0123456789abcdef")
    assert refused.value.code == "answer_not_found"


def test_every_formula_is_in_the_documentation() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for formula in FORMULAS:
        assert f"| `{formula.name}` | {formula.expression} |" in text
