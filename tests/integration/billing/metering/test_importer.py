from __future__ import annotations

import json

import pytest

from tests.builders.accounts import an_account
from tests.builders.money import usd

EVENT = {
    "source": "meter",
    "id": "e-1",
    "account": "acme",
    "service": "bot_session",
    "time": "2026-03-10T09:00:00+09:00",
    "quantity": "3",
}


def line(**changes) -> str:
    return json.dumps(EVENT | changes)


@pytest.fixture
def file(tmp_path):
    def write(*lines: str):
        path = tmp_path / "usage.jsonl"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture(autouse=True)
def account(billing):
    return an_account(billing)


def test_a_file_imported_twice_counts_once(billing, account, file):
    path = file(line(), line(id="e-2", quantity="1.5", service="inference"))

    first, second = billing.import_usage(path), billing.import_usage(path)

    assert (first.accepted, first.repeated, first.refused) == (2, 0, [])
    assert (second.accepted, second.repeated, second.refused) == (0, 2, [])
    assert billing.balance(account).owed == usd("0.153015")


def test_an_event_that_stands_twice_in_a_file_counts_once(billing, account, file):
    result = billing.import_usage(file(line(), line()))

    assert (result.accepted, result.repeated) == (1, 1)
    assert billing.usage(account).sessions == 3


def test_the_same_id_of_another_source_is_another_event(billing, account, file):
    assert billing.import_usage(file(line(), line(source="other"))).accepted == 2


def test_refused_lines_are_listed_with_their_reason_and_the_rest_is_kept(billing, account, file):
    result = billing.import_usage(
        file(
            line(),
            "",
            "not JSON",
            line(id="e-2", account="nobody"),
            line(id="e-3", service="teleport"),
            line(id="e-4", quantity="-1"),
            line(id="e-5", time="2026-03-10T09:00:00"),
            line(id="e-6", time="2027-01-01T00:00:00Z"),
            line(id="e-7", price="0"),
            line(id=""),
            line(id="e-8", quantity="NaN"),
            "[]",
            line(id="e-9", quantity=2),
        )
    )

    assert result.accepted == 2
    reasons = {refused.line: refused.reason for refused in result.refused}
    assert list(reasons) == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert "account_not_found" in reasons[4]
    assert "service_not_found" in reasons[5]
    assert "usage_invalid" in reasons[6]
    assert reasons[7].startswith("time: ")
    assert "future" in reasons[8]
    assert reasons[9].startswith("price: ")
    assert billing.usage(account).sessions == 5


HOSTILE = {
    "a quantity too large": {"quantity": "1e20"},
    "a quantity beyond any number": {"quantity": "1e4000"},
    "a time before all time": {"time": "0001-01-01T00:00:00+14:00"},
    "a NUL in its id": {"id": "e\x00"},
    "a NUL in its account": {"account": "acme\x00"},
    "half a character": {"id": "\ud800"},
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_line_that_no_database_can_hold_is_refused_and_the_rest_is_kept(billing, account, file, hostile):
    path = file(line(), line(**({"id": "e-2"} | hostile)), line(id="e-3"))

    result = billing.import_usage(path)

    assert (result.accepted, [refused.line for refused in result.refused]) == (2, [2])
    assert billing.usage(account).sessions == 6


def test_progress_is_told_line_by_line(billing, file):
    told = []

    billing.import_usage(file(line(), "", line(id="e-2")), told.append)

    assert told == [1, 3]
