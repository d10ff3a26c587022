from __future__ import annotations

import re
from collections import Counter

import pytest

from billing import errors
from billing.errors import BillingError


def every_error(parent: type[BillingError] = BillingError) -> list[type[BillingError]]:
    return [error for child in parent.__subclasses__() for error in (child, *every_error(child))]


ERRORS = [error for error in every_error() if error.__module__ == errors.__name__]


def test_no_two_errors_share_a_code():
    codes = Counter(error.code for error in ERRORS)

    assert len(ERRORS) > 20
    assert [code for code, times in codes.items() if times > 1] == []


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_has_a_code_of_its_own_and_says_what_it_means(error):
    assert "code" in vars(error), "inherited: not told apart from its parent"
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", error.code)
    assert error.__doc__ is not None
    assert error.__doc__ != error.__mro__[1].__doc__


def test_the_tree_in_the_modules_docstring_names_only_errors_that_exist():
    named = set(re.findall(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b", errors.__doc__ or ""))

    assert named - {error.__name__ for error in ERRORS} - {"BillingError"} == set()


def test_the_values_of_an_error_fill_the_sentence_for_it():
    error = errors.AmountTooFine("no text for people", currency="JPY", decimals=0)

    assert error.values == {"currency": "JPY", "decimals": 0}
