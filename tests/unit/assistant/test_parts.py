"""Where a message may be divided, and when it is two."""

from __future__ import annotations

import pytest

from assistant.parts import are_two, in_one_sentence, places
from assistant.understood import Guess


@pytest.mark.parametrize(
    ("text", "halves"),
    [
        ("what's my balance and when does the plan end?", ("what's my balance", "when does the plan end?")),
        ("Show my invoices. Also, how can I pay?", ("Show my invoices", "how can I pay?")),
        ("残高とプランの終了日を教えて", ("残高", "プランの終了日を教えて")),
        ("残高はいくらで、プランはいつ終わりますか", ("残高はいくらで", "プランはいつ終わりますか")),
        ("残りセッションは？残高は？", ("残りセッションは", "残高は？")),
        ("잔액이 얼마고 요금제는 언제 끝나요?", ("잔액이 얼마", "요금제는 언제 끝나요?")),
        ("크레딧 내역이랑 청구서 보여 주세요", ("크레딧 내역", "청구서 보여 주세요")),
    ],
)
def test_a_message_is_divided_where_a_second_question_begins(text: str, halves: tuple[str, str]) -> None:
    assert halves in list(places(text))


@pytest.mark.parametrize(
    "text",
    [
        "what's the difference between plan amount and balance?",
        "I'm out of credit. I want to top up",
        "I don't want to cancel, just pause the plan",
        "how are renewals and invoices handled",
        "プラン総額と残高は違うものですか",
        "営業担当と話したいです",
        "うちの利用量だと、どのプランがいい?",
        "플랜 총액이랑 가격은 뭐가 달라요",
        "해지 말고 일시정지해 주세요",
        "잔고 좀 채워야겠다",
        "what is my balance",
        "what is my balance? " * 20,
        "",
        "and and and",
    ],
)
def test_reasons_comparisons_and_long_stories_stay_whole(text: str) -> None:
    assert list(places(text)) == []


WHOLE = Guess("show_plan", 0.8)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("show_balance", 0.95), ("show_balance", 0.99)),  # one topic
        (("show_balance", 0.95), ("show_plan", 0.5)),  # unsure of one
        (("greet", 0.99), ("show_plan", 0.99)),  # a greeting is no question
        (("out_of_scope", 0.99), ("show_plan", 0.99)),
    ],
)
def test_halves_that_are_no_two_questions(first: tuple[str, float], second: tuple[str, float]) -> None:
    assert not are_two(WHOLE, Guess(*first), Guess(*second))


def test_two_sure_topics_are_two_unless_the_whole_is_surely_a_third() -> None:
    halves = Guess("show_balance", 0.95), Guess("show_plan", 0.95)

    assert are_two(Guess("show_plan", 0.99), *halves)
    assert are_two(Guess("faq/choose_plan", 0.6), *halves)
    assert not are_two(Guess("faq/choose_plan", 0.95), *halves)


@pytest.mark.parametrize("halves", [("what_if", "recharge"), ("recharge", "what_if"), ("what_if", "change_plan")])
def test_a_task_beside_a_what_if_in_one_sentence_is_supposed_too(halves: tuple[str, str]) -> None:
    first, second = (Guess(topic, 0.99) for topic in halves)
    assert not are_two(Guess("what_if", 0.99), first, second, one_sentence=True)


def test_an_order_that_ends_before_the_what_if_begins_is_an_order() -> None:
    order, supposed = Guess("recharge", 0.99), Guess("what_if", 0.99)
    for text in (
        "Top up 50. What if traffic doubles?",
        "50ドルチャージして。2倍になったら？",
        "충전해 줘. 두 배가 되면?",
    ):
        first = text[: min(text.find(end) for end in ".。" if end in text)]
        assert not in_one_sentence(text, first)
    assert in_one_sentence("50ドルチャージして、2倍になったら", "50ドルチャージして")
    assert are_two(supposed, order, supposed, one_sentence=False)
