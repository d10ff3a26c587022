"""What a message is while a form waits (ADR 0005), from the guess alone."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from assistant.in_forms import what_it_is_in_a_form
from assistant.understood import Guess

VALUE = SimpleNamespace(
    task="recharge", entities={"amount", "payment_method"}, asks_yes_or_no=False, asks_free_text=False
)
TERMS = SimpleNamespace(**{**vars(VALUE), "asks_yes_or_no": True})
WORDS = SimpleNamespace(**{**vars(VALUE), "asks_free_text": True})


def what(
    topic: str,
    confidence: float,
    form: SimpleNamespace = VALUE,
    *named: str,
    confirmed: bool = False,
    question: bool = False,
) -> str:
    return what_it_is_in_a_form(
        Guess(topic, confidence, frozenset(named)), form, confirmed=confirmed, question=question
    )


@pytest.mark.parametrize("form", [VALUE, TERMS, WORDS])
def test_cancel_is_heard_everywhere_when_it_is_sure(form: SimpleNamespace) -> None:
    assert what("cancel", 0.9, form) == "cancel"
    assert what("cancel", 0.5, form) == "answer"


def test_a_yes_is_only_what_the_closed_list_holds() -> None:
    assert what("out_of_scope", 0.9, TERMS, confirmed=True) == "affirm"
    assert what("affirm", 0.99, TERMS) == "answer"
    assert what("affirm", 0.99, VALUE, confirmed=True) == "answer"


def test_a_no_that_names_a_value_is_a_correction() -> None:
    assert what("deny", 0.9, TERMS) == "deny"
    assert what("deny", 0.9, TERMS, "amount") == "answer"


@pytest.mark.parametrize("topic", ["faq/payment_options", "show_balance", "recommend_plan", "thank"])
def test_a_question_interrupts(topic: str) -> None:
    assert what(topic, 0.9, VALUE) == topic.partition("/")[0]
    assert what(topic, 0.5, VALUE) == "answer"
    assert what(topic, 0.9, VALUE, "payment_method", question=True) == topic.partition("/")[0]


def test_words_that_name_a_value_and_are_no_question_are_the_answer() -> None:
    assert what("faq/payment_options", 0.9, VALUE, "payment_method") == "answer"
    assert what("recharge", 0.9, TERMS, "amount") == "answer"


def test_another_task_waits() -> None:
    assert what("pause_plan", 0.9, VALUE) == "another_task"
    assert what("recharge", 0.9, VALUE) == "recharge"


def test_the_customers_own_words_are_interrupted_by_a_very_sure_knowledge_question_only() -> None:
    assert what("faq/support_plans", 0.9, WORDS) == "faq"
    assert what("faq/support_plans", 0.8, WORDS) == "answer"
    assert what("show_balance", 0.99, WORDS) == "answer"
