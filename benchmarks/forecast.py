"""Forecasts of the day on which credit runs out, held against what then came: rolling origins on synthetic accounts.

Beside each stands the flat rate: credit divided by the average of the last 30 days. An account tops up once at each
origin, enough for some weeks; its days after the origin were never seen by the forecast.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from benchmarks.report import publish
from billing.forecasts import demand
from billing.forecasts.demand import HORIZON
from billing.forecasts.history import BASIS_DAYS, LONGEST
from billing.forecasts.service import Outcomes
from billing.forecasts.simulation import Mix, run
from billing.metering.wallet import CreditLeft, Wallet
from billing.money import Money

ACCOUNTS = 12
ORIGINS = range(60, 181, 30)
"""Days of history at each forecast."""
DAYS = 560
WEEKS_OF_CREDIT = (1, 3, 6)
RATE = Money.of("0.05", "USD")
START = datetime(2026, 1, 5, 12, tzinfo=UTC)  # a Monday

Course = np.ndarray


def _weekly(chance: np.random.Generator) -> Course:
    shape = np.where(np.arange(DAYS) % 7 < 5, 1.3, 0.25)
    return 400 * shape * chance.normal(1, 0.15, DAYS)


KINDS: dict[str, Callable[[np.random.Generator], Course]] = {
    "steady": lambda chance: chance.normal(400, 40, DAYS),
    "weekly": _weekly,
    "spiky": lambda chance: chance.gamma(4, 75, DAYS) * np.where(chance.random(DAYS) < 0.06, 6, 1),
    "growing": lambda chance: 200 * 1.006 ** np.arange(DAYS) * chance.normal(1, 0.15, DAYS),
    "sparse": lambda chance: np.where(chance.random(DAYS) < 0.25, chance.gamma(2, 400, DAYS), 0),
}


@dataclass(frozen=True, slots=True)
class Trial:
    """One forecast: days until the credit ended, as it came and as it was told."""

    actual: int
    flat: int
    told: int | None
    earliest: int | None
    latest: int | None
    milliseconds: float


def _noons() -> list[datetime]:
    return [START + timedelta(days=day) for day in range(HORIZON)]


def _wallet(units: int) -> Wallet:
    return Wallet("USD", [], {}, {}, [CreditLeft("top_up", "", units)])


def _trials_at(values: Course, origin: int, noons: list[datetime]) -> Iterator[Trial]:
    """One forecast of use, for several amounts of credit."""
    before, after = values[max(0, origin - LONGEST) : origin], values[origin : origin + HORIZON]
    average, mix = float(before[-BASIS_DAYS:].mean()), Mix({"bot_session": 1.0}, {"bot_session": RATE})
    begun = time.perf_counter()
    expected = demand.forecast(list(before))
    fitted = time.perf_counter() - begun
    for weeks in WEEKS_OF_CREDIT if average else ():
        credit = int(average * 7 * weeks)
        actual = run(_wallet(credit), None, mix, list(after), noons).credit
        begun = time.perf_counter()
        courses = (expected.middle, expected.high, expected.low)
        found = Outcomes(*(run(_wallet(credit), None, mix, list(map(float, c)), noons) for c in courses))
        taken = (fitted + time.perf_counter() - begun) * 1000
        if actual is not None:
            told = None if found.reason() else found.middle.credit
            yield Trial(actual, int(credit / average), told, found.fast.credit, found.slow.credit, taken)


def _trials(kind: str) -> Iterator[Trial]:
    noons = _noons()
    for number in range(ACCOUNTS):
        sessions = np.clip(np.round(KINDS[kind](np.random.default_rng([number, len(kind)]))), 0, None)
        for origin in ORIGINS:
            yield from _trials_at(sessions * RATE.units, origin, noons)


def _covered(trial: Trial) -> bool:
    latest = HORIZON if trial.latest is None else trial.latest
    return trial.earliest is not None and trial.earliest <= trial.actual <= latest


def _row(kind: str, trials: list[Trial]) -> dict[str, Any]:
    told = [trial for trial in trials if trial.told is not None]
    errors = [abs(trial.told - trial.actual) for trial in told if trial.told is not None]
    return {
        "accounts": kind,
        "forecasts": len(trials),
        "told": f"{len(told) / len(trials):.0%}",
        "80 % interval holds": f"{statistics.mean(map(_covered, told)):.0%}",
        "its width (days, mean)": round(statistics.mean((t.latest or HORIZON) - (t.earliest or 0) for t in told), 1),
        "error (days, mean)": round(statistics.mean(errors), 2),
        "flat rate's error": round(statistics.mean(abs(t.flat - t.actual) for t in told), 2),
        "ms (p50)": round(statistics.median(t.milliseconds for t in trials), 1),
        "ms (max)": round(max(t.milliseconds for t in trials), 1),
    }


def measure() -> None:
    """Measure and publish."""
    demand.warm_up()
    rows = [_row(kind, list(_trials(kind))) for kind in KINDS]
    title = (
        f"The day the credit runs out: {ACCOUNTS} accounts of a kind, {len(ORIGINS)} origins, 1 to 6 weeks of credit"
    )
    publish("forecast", title, rows)
