"""What the benchmark of forecasts counts, and what its published result has to say."""

from __future__ import annotations

import json

import pytest

from benchmarks.forecast import DEVELOPMENT, HELD_OUT, KINDS, Trial, _row, sampling_error, trials
from benchmarks.report import RESULTS

PUBLISHED = json.loads((RESULTS / "forecast.json").read_text(encoding="utf-8"))


def trial(actual: float, earliest: float = 9.2, latest: float = 11.4, account: int = 0) -> Trial:
    return Trial(account, actual, 9.0, earliest, 10.0, latest, told=True, milliseconds=1.0)


def test_the_point_is_held_or_not_whatever_day_it_lies_on() -> None:
    assert (trial(9.1).held, trial(9.1).held_day) == (False, True)
    assert (trial(11.4).held, trial(8.9).held_day) == (True, False)


def test_errors_are_in_days_and_the_flat_rates_stands_beside() -> None:
    row = _row("steady", [trial(10.5), trial(12.5, account=1)])
    assert (row["error (days)"], row["flat rate's"]) == (1.5, 2.5)
    assert row["80 % interval holds"] == "50.0%"


def test_forecasts_of_one_account_are_one_draw() -> None:
    together = [trial(actual, account=0) for actual in (10.0, 12.0)] * 50
    apart = [trial(actual, account=n) for n, actual in enumerate((10.0, 12.0) * 50)]
    split = [trial(10.0 if n % 2 else 12.0, account=n % 2) for n in range(100)]
    assert sampling_error(together) == pytest.approx(0)
    assert sampling_error(apart) == pytest.approx(1.96 * 0.05)
    assert sampling_error(split) > 0.6


def test_accounts_that_are_held_out_are_not_those_of_the_development() -> None:
    known, held_out = (next(iter(trials("steady", seed, accounts=1))) for seed in (DEVELOPMENT, HELD_OUT))
    assert known.actual != held_out.actual


def _percent(text: str) -> float:
    return float(text.removesuffix("%"))


@pytest.mark.parametrize("row", PUBLISHED["rows"], ids=lambda row: row["accounts"])
def test_the_published_interval_is_honest_and_the_day_better_than_the_flat_rates(row) -> None:
    assert 75 <= _percent(row["80 % interval holds"]) <= 85
    assert _percent(row["± (95 %)"]) < 2
    assert row["error (days)"] < row["flat rate's"]
    assert row["pinball"] < row["flat rate's pinball"]
    assert row["ms (p50)"] < 40


def test_every_kind_is_published() -> None:
    assert [row["accounts"] for row in PUBLISHED["rows"]] == list(KINDS)
