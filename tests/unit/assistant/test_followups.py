"""What goes on with the last question, and what stands for itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from rasa.shared.core.events import UserUttered

from assistant.followups import FollowUp, follow_up, with_its_values
from assistant.nlu.slots.extract import extract

TODAY = date(2026, 11, 25)
OCTOBER = {"from": "2026-10-01", "to": "2026-10-31"}


def said(intent: str, **values: Any) -> UserUttered:
    entities = [{"entity": name, "value": value} for name, value in values.items()]
    return UserUttered("…", {"name": intent}, entities, {"intent": {"name": intent}, "entities": entities})


def asked(text: str, *before: UserUttered) -> FollowUp | None:
    return follow_up(text, TODAY, extract(text, TODAY), before)


@pytest.mark.parametrize(
    "text",
    [
        "and last month?",
        "what about last month",
        "last month?",
        "先月は？",
        "じゃあ先月だと？",
        "지난달은?",
        "그럼 지난달은요?",
    ],
)
def test_a_period_alone_repeats_the_question_for_it(text: str) -> None:
    assert asked(text, said("show_usage")) == FollowUp("show_usage", [], {"period": OCTOBER})
    assert asked(text, said("show_service_usage", service="inference")) == FollowUp(
        "show_service_usage", [], {"service": "inference", "period": OCTOBER}
    )


@pytest.mark.parametrize(
    "text",
    ["and for GPU?", "how about GPU containers?", "GPUは？", "コンテナの場合は？", "GPU는요?", "그럼 컨테이너는?"],
)
def test_a_service_alone_goes_on_with_it_and_keeps_the_period(text: str) -> None:
    assert asked(text, said("show_usage", period=OCTOBER)) == FollowUp(
        "show_service_usage", [], {"period": OCTOBER, "service": "gpu_container"}
    )


@pytest.mark.parametrize(
    "text",
    [
        "my usage last month",
        "show my invoices of last month",
        "and GPU errors?",
        "先月の請求書",
        "지난달 청구서",
        "and 50 dollars?",
        "thanks",
        "",
    ],
)
def test_what_says_more_stands_for_itself(text: str) -> None:
    assert asked(text, said("show_usage")) is None


def test_what_the_last_topic_does_not_take_is_asked_back_about() -> None:
    assert asked("and last month?", said("show_usage"), said("show_invoices")) == FollowUp(
        None, ["show_usage", "show_service_usage"], {"period": OCTOBER}
    )


def test_thanks_and_what_was_not_understood_are_passed_over() -> None:
    between = [said("thank"), said("out_of_scope"), said("unsure")]

    assert asked("and last month?", said("show_usage"), *between) is not None
    assert asked("and last month?", *between) is None
    assert asked("and last month?") is None
    assert asked("and last month?", said("show_usage"), *(said("thank") for _ in range(9))) is None


def test_usage_of_one_service_is_told_per_service() -> None:
    assert with_its_values("show_usage", {"service": "inference"}) == "show_service_usage"
    assert with_its_values("show_usage", {"service": "bot_session", "period": OCTOBER}) == "show_usage"
    assert with_its_values("show_usage", {"period": OCTOBER}) == "show_usage"
    assert with_its_values("faq/covered_services", {"service": "inference"}) == "faq/covered_services"
