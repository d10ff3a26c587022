from __future__ import annotations

import json
from datetime import timedelta

import pytest

from billing.metering import importer
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
    assert reasons[7].startswith("usage_invalid: time: ")
    assert "future" in reasons[8]
    assert reasons[9].startswith("usage_invalid: price: ")
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


def test_progress_is_told_part_by_part_in_events_and_bytes(billing, file, monkeypatch):
    monkeypatch.setattr(importer, "PART", 2)
    told = []
    path = file(line(), "", line(id="e-2"), line(id="e-3"))

    billing.import_usage(path, lambda done, read: told.append((done, read)))

    assert [done for done, _ in told] == [2, 3]
    assert told[-1][1] == path.stat().st_size


def test_parts_before_a_failure_are_kept_and_importing_again_goes_on_from_there(billing, account, file, monkeypatch):
    monkeypatch.setattr(importer, "PART", 2)
    path = file(*(line(id=f"e-{number}") for number in range(5)))

    def fail(done, read):
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        billing.import_usage(path, fail)
    assert billing.usage(account).sessions == 12
    again = billing.import_usage(path)

    assert (again.accepted, again.repeated) == (1, 4)
    assert billing.usage(account).sessions == 15


def test_use_of_more_than_34_days_ago_is_refused_unless_it_is_asked_for(billing, account, file, clock):
    old, still = (clock.now - timedelta(days=34, microseconds=by) for by in (1, 0))
    path = file(line(time=old.isoformat()), line(id="e-2", time=still.isoformat()))

    first = billing.import_usage(path)
    assert first.accepted == 1
    assert [(refused.line, refused.reason.split(":")[0]) for refused in first.refused] == [(1, "usage_too_old")]

    assert billing.import_usage(path, any_age=True).accepted == 1
    assert billing.usage(account, billing.usage(account).period).sessions == 0
    assert billing.balance(account).owed == usd("0.3")


def test_the_same_id_with_other_content_is_refused_by_line(billing, account, file):
    result = billing.import_usage(file(line(), line(quantity="4"), line()))

    assert (result.accepted, result.repeated) == (1, 1)
    assert [(refused.line, refused.reason.split(":")[0]) for refused in result.refused] == [(2, "usage_event_conflict")]
    assert billing.usage(account).sessions == 3


def test_a_file_may_be_csv(billing, account, tmp_path):
    path = tmp_path / "usage.csv"
    path.write_text(
        "source,id,account,service,time,quantity\n"
        "meter,e-1,acme,bot_session,2026-03-10T09:00:00+09:00,3\n"
        "meter,e-2,acme,bot_session,yesterday,3\n"
        'meter,"e,3",acme,inference,2026-03-10T00:00:00Z,1.5\n'
        "meter,e-4,acme\n"
    )

    result = billing.import_usage(path)

    assert (result.accepted, [refused.line for refused in result.refused]) == (2, [3, 5])
    assert billing.import_usage(path).repeated == 2
    assert billing.balance(account).owed == usd("0.153015")


def test_a_file_may_hold_cloud_events_too(billing, account, file):
    event = {
        "specversion": "1.0",
        "type": "conversation.ended",
        "source": "bot",
        "id": "c-1",
        "subject": "acme",
        "time": "2026-03-10T00:00:00Z",
        "data": {"seconds": 31 * 60},
    }
    result = billing.import_usage(file(json.dumps(event), line(), json.dumps(event | {"id": "c-2", "type": "other"})))

    assert (result.accepted, [refused.line for refused in result.refused]) == (2, [3])
    assert billing.usage(account).sessions == 6
