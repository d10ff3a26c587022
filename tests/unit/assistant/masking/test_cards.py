"""Card numbers are taken out however they are written; amounts, telephone numbers and references stay."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.masking.cards import conceal, without_concealed
from assistant.masking.personal import mask
from assistant.nlu.slots.extract import extract
from tests.builders.clock import NOON

TODAY = NOON.date()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("my card is 4111 1111 1111 1111", "my card is •••• 1111"),
        ("カードは４２４２－４２４２－４２４２－４２４２です", "カードは•••• 4242です"),
        ("카드번호 3530111333300000이에요", "카드번호 •••• 0000이에요"),
        ("amex 3782 822463 10005 please", "amex •••• 0005 please"),
        ("diners 3056-9309-0259-04", "diners •••• 5904"),
        ("5555.5555.5555.4444", "•••• 4444"),
        ("6200 0000 0000 0005", "•••• 0005"),
        ("4️⃣1️⃣1️⃣1️⃣ 1111 1111 1111", "•••• 1111"),
        ("④①①①①①①①①①①①①①①①", "•••• 1111"),
        ("4111\n1111\n1111\n1111", "•••• 1111"),
        ("4\u200b111\u00a01111\u20101111\u30001111", "•••• 1111"),
        ("+4111111111111111", "+•••• 1111"),
        ("4111111111111111 12/27 123", "•••• 1111 ••• •••"),
        ("41111111111111111227", "•••• 1111 •••"),
        ("4242424242424242, exp 12/2027, cvc 123", "•••• 4242, exp •••, cvc •••"),
        (
            "カード 4242424242424242 有効期限 12/28 セキュリティコード 999",
            "カード •••• 4242 有効期限 ••• セキュリティコード •••",
        ),
        ("카드 4242424242424242 유효기간 12월 28년 보안코드: 999", "카드 •••• 4242 유효기간 ••• 보안코드: •••"),
        ("my cvc is 123", "my cvc is •••"),
        ("charge 500 USD to 4242 4242 4242 4242, 500 USD", "charge 500 USD to •••• 4242, 500 USD"),
        ("4242424242424242 and 5555555555554444", "•••• 4242 and •••• 4444"),
    ],
)
def test_a_card_number_and_what_stands_beside_it_is_concealed(said, kept):
    assert conceal(said) == (kept, True)


@pytest.mark.parametrize(
    "said",
    [
        "top up 4,111,111,111,111,111 won",
        "4 111 111 111 111 111원 충전해 주세요",
        "5000000000000 KRW",
        "call +49 1512 3456789 or +82 10-1234-5678",
        "090-1234-5678 と 03-1234-5678",
        "010-1234-5678 010-2345-6789",
        "invoice INV-2026-000123, top-up T-4111",
        "WELCOME50 and SUMMER-2026-XK9",
        "transfer BA0000004111",
        "from 2026-11-27 to 2026-12-28",
        "30-11-2026 - 30-12-2026",
        "0000 0000 0000 0000",
        "4111 1111 1111 1112",
        "1764201600000",
        "use my card •••• 1111, 500 USD on 12/25",
        "",
    ],
)
def test_what_is_no_card_number_stays(said):
    assert conceal(said) == (said, False)


def _check_digit(digits: str) -> str:
    """Luhn's, worked out on its own: from the right, every second digit doubled, its own digits added."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return str(-total % 10)


@st.composite
def cards(draw: st.DrawFn) -> str:
    prefix, length = draw(
        st.sampled_from(
            [("4", 16), ("51", 16), ("2221", 16), ("34", 15), ("6011", 16), ("3528", 16), ("36", 14), ("62", 19)]
        )
    )
    body = draw(st.text("0123456789", min_size=length - len(prefix) - 1, max_size=length - len(prefix) - 1))
    digits = prefix + body
    return digits + _check_digit(digits)


@st.composite
def written(draw: st.DrawFn, digits: str) -> str:
    """As somebody types it: in groups of four or one, with one kind of separator, perhaps full-width."""
    separator = draw(st.sampled_from(["", " ", "-", "  ", " - ", "\u3000", "–", ".", "\n"]))
    size = draw(st.sampled_from([1, 4, 5, 6, 99]))
    text = separator.join(digits[at : at + size] for at in range(0, len(digits), size))
    wide = text.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    return draw(st.sampled_from([text, wide]))


@given(
    st.data(),
    cards(),
    st.sampled_from(["", "my card ", "カードは", "카드 "]),
    st.sampled_from(["", " please", "です", "이에요"]),
)
def test_no_card_number_survives_however_it_is_written(data, card, before, after):
    concealed, found = conceal(before + data.draw(written(card)) + after)

    assert found
    assert concealed == f"{before}•••• {card[-4:]}{after}"


@given(st.text(st.sampled_from("0123456789 -./+:,€年月")))
@example("4111111111111111" * 20)
def test_what_was_concealed_is_left_as_it_is(text):
    concealed, _ = conceal(text)

    assert conceal(concealed)[0] == concealed


def test_the_last_four_digits_are_no_value_and_are_not_learnt_from():
    concealed, _ = conceal("top up 50 USD with 4111 1111 1111 1111")

    assert extract(concealed, TODAY)["amount"] == "50"
    assert "amount" not in extract("•••• 1111", TODAY)
    assert mask(concealed) == "top up 50 USD with <card>"
    assert without_concealed("•••• 1111 •••", "x") == "x x"
