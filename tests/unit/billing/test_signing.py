from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from billing.signing import Signer
from gateway.channels.marks import clean, fill, mark

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SIGNER = Signer("a-secret", "chart")


def test_a_token_opens_until_it_expires():
    token = SIGNER.sign("m-1", NOW + timedelta(minutes=15))

    assert SIGNER.open(token, NOW) == "m-1"
    assert SIGNER.open(token, NOW + timedelta(minutes=15)) is None


@pytest.mark.parametrize("other", [Signer("a-secret", "link"), Signer("another", "chart")])
def test_a_token_of_another_purpose_or_deployment_opens_nothing(other):
    assert SIGNER.open(other.sign("m-1", NOW + timedelta(minutes=15)), NOW) is None


@given(st.text(st.characters()))
@example("\ud800.1.\ud800")
def test_whatever_is_no_token_opens_nothing(text):
    assert SIGNER.open(text, NOW) is None


@given(st.integers(0, 90), st.characters(exclude_categories=["Cs"]))
def test_a_token_with_any_letter_changed_opens_nothing(at, letter):
    token = SIGNER.sign("m-1", NOW + timedelta(minutes=15))
    at %= len(token)
    changed = token[:at] + letter + token[at + 1 :]

    assert changed == token or SIGNER.open(changed, NOW) is None


def test_marks_are_filled_wherever_they_stand():
    body = {"text": f"Sign in: {mark('link', 'x:1')}", "blocks": [{"url": mark("chart", "m-1")}], "n": 1}

    assert fill(body, lambda kind, value: f"<{kind} {value}>") == {
        "text": "Sign in: <link x:1>",
        "blocks": [{"url": "<chart m-1>"}],
        "n": 1,
    }


def test_a_text_cannot_pass_for_a_mark():
    assert fill(clean(mark("link", "x:1")), lambda *_: "secret") == "link:x:1"
