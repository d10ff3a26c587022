"""The canonical form is RFC 8785's, for what it holds."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.canonical import NotCanonical, canonical

names = st.text(st.characters(max_codepoint=0x7E, min_codepoint=0x20), max_size=6)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
values = st.recursive(
    texts | st.integers(-(2**53) + 1, 2**53 - 1),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)


def test_strings_are_escaped_as_in_the_example_of_the_rfc() -> None:
    """RFC 8785, 3.2.2 and 3.2.4: the member `string` of its sample, and the bytes that it becomes."""
    given_text = json.loads('"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/"')
    assert canonical(given_text) == '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()


def test_members_are_ordered_and_nothing_stands_between_them() -> None:
    assert canonical({"b": [1, {"z": "", "A": "x"}], "a": -2}) == b'{"a":-2,"b":[1,{"A":"x","z":""}]}'


@given(values)
def test_reading_gives_the_values_back_and_writing_them_the_same_bytes(value) -> None:
    written = canonical(value)
    assert json.loads(written) == value
    assert canonical(json.loads(written)) == written


@pytest.mark.parametrize(
    "value", [1.5, 1.0, None, True, False, 2**53, -(2**53), {"\u00e9": 1}, {1: 1}, "\ud800", [{"a": [0.1]}], (1,)]
)
def test_what_has_no_single_form_here_is_refused(value) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)
