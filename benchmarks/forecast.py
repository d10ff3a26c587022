"""Forecasts of when credit runs out, held against what then came: rolling origins on synthetic accounts.

Beside each stands the flat rate: credit divided by the average of the last 30 days. An account tops up once at each
origin, enough for some weeks; its days after the origin were never seen by the forecast.

The model was chosen on accounts of the seed `DEVELOPMENT`; what is published is of the seed `HELD_OUT`, which nothing
was tuned on. Coverage is counted on the point at which credit ends: whole days, and the share of the last day's use
that was still paid for. Customers are told whole days, and those hold more often: an interval that is rounded out to
days cannot hold less. The sampling error is that of accounts drawn anew: forecasts of one account are not independent.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import floor
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

DEVELOPMENT, HELD_OUT = 1, 2
ACCOUNTS = 400
ORIGINS = range(60, 181, 30)
"""Days of history at each forecast."""
DAYS = 560
WEEKS_OF_CREDIT = (1, 3, 6)
RATE = Money.of("0.05", "USD")
START = datetime(2026, 1, 5, 12, tzinfo=UTC)  # a Monday
TOLD = (0.1, 0.5, 0.9)

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
    """One forecast: the point at which the credit ended, as it came and as it was told."""

    account: int
    actual: float
    flat: float
    earliest: float
    middle: float
    latest: float
    told: bool
    milliseconds: float

    @property
    def held(self) -> bool:
        """Whether the interval held the point."""
        return self.earliest <= self.actual <= self.latest

    @property
    def held_day(self) -> bool:
        """Whether the days that are told held the day."""
        return floor(self.earliest) <= floor(self.actual) <= floor(self.latest)


def _noons() -> list[datetime]:
    return [START + timedelta(days=day) for day in range(HORIZON)]


def _wallet(units: int) -> Wallet:
    return Wallet("USD", [], {}, {}, [CreditLeft("top_up", "", units)])


def _trials_at(account: int, values: Course, origin: int, noons: list[datetime]) -> Iterator[Trial]:
    """One forecast of use, for several amounts of credit."""
    before, after = values[max(0, origin - LONGEST) : origin], values[origin : origin + HORIZON]
    average, mix = float(before[-BASIS_DAYS:].mean()), Mix({"bot_session": 1.0}, {"bot_session": RATE})
    begun = time.perf_counter()
    expected = demand.forecast(list(before))
    fitted = time.perf_counter() - begun
    for weeks in WEEKS_OF_CREDIT if average else ():
        credit = int(average * 7 * weeks)
        actual = run(_wallet(credit), None, mix, list(after), noons).point
        begun = time.perf_counter()
        courses = (expected.middle, expected.high, expected.low)
        found = Outcomes(*(run(_wallet(credit), None, mix, list(map(float, c)), noons) for c in courses))
        taken = (fitted + time.perf_counter() - begun) * 1000
        if actual is None:
            continue
        points = [o.point or float(HORIZON) for o in (found.fast, found.middle, found.slow)]
        yield Trial(account, actual, credit / average, *points, told=found.reason() is None, milliseconds=taken)


def trials(kind: str, seed: int = HELD_OUT, accounts: int = ACCOUNTS) -> Iterator[Trial]:
    """All forecasts of a kind."""
    noons, place = _noons(), list(KINDS).index(kind)
    for number in range(accounts):
        sessions = np.clip(np.round(KINDS[kind](np.random.default_rng([seed, place, number]))), 0, None)
        for origin in ORIGINS:
            yield from _trials_at(number, sessions * RATE.units, origin, noons)


def sampling_error(told: list[Trial]) -> float:
    """Half the 95 % interval of the coverage: clustered by account."""
    share = statistics.mean(trial.held for trial in told)
    off: dict[int, float] = {}
    for trial in told:
        off[trial.account] = off.get(trial.account, 0.0) + trial.held - share
    return 1.96 * sum(value**2 for value in off.values()) ** 0.5 / len(told)


def _pinball(actual: float, quantiles: tuple[float, float, float]) -> float:
    """The mean loss of three quantiles, in days (Koenker & Bassett 1978)."""
    return statistics.mean(
        (actual - q) * level if actual >= q else (q - actual) * (1 - level)
        for q, level in zip(quantiles, TOLD, strict=True)
    )


def _row(kind: str, tried: list[Trial]) -> dict[str, Any]:
    told = [trial for trial in tried if trial.told]
    mean = statistics.mean
    return {
        "accounts": kind,
        "forecasts": len(tried),
        "told": f"{len(told) / len(tried):.0%}",
        "80 % interval holds": f"{mean(t.held for t in told):.1%}",
        "± (95 %)": f"{sampling_error(told):.1%}",
        "days told hold": f"{mean(t.held_day for t in told):.0%}",
        "width (days)": round(mean(t.latest - t.earliest for t in told), 1),
        "error (days)": round(mean(abs(t.middle - t.actual) for t in told), 2),
        "flat rate's": round(mean(abs(t.flat - t.actual) for t in told), 2),
        "pinball": round(mean(_pinball(t.actual, (t.earliest, t.middle, t.latest)) for t in told), 2),
        "flat rate's pinball": round(mean(_pinball(t.actual, (t.flat, t.flat, t.flat)) for t in told), 2),
        "ms (p50)": round(statistics.median(t.milliseconds for t in tried), 1),
        "ms (p99)": round(float(np.quantile([t.milliseconds for t in tried], 0.99)), 1),
    }


def measure() -> None:
    """Measure and publish."""
    demand.warm_up()
    rows = [_row(kind, list(trials(kind))) for kind in KINDS]
    title = f"When the credit runs out: {ACCOUNTS} held-out accounts of a kind, {len(ORIGINS)} origins, 1 to 6 weeks"
    publish("forecast", title, rows)
