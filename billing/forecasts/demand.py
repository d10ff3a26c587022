"""What use may come: exponential smoothing of the value of a day's use, with its weekly course where that shows.

Values are floats: they are guesses and only decide on dates. No amount of money is made of them.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

HORIZON = 365
"""Days that are looked ahead."""
WEEK = 7
SEASONAL_FROM = 4 * WEEK
"""Days of history from which the course of a week is told apart from chance."""
_PATHS = 400
_SEED = 4
"""The same history forecasts the same day, whenever and wherever it is asked."""

Days = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Demand:
    """The value of each day to come: in the middle of all courses, and such that 10 % or 90 % have used less."""

    middle: Days
    low: Days
    high: Days


def forecast(history: Sequence[float], horizon: int = HORIZON) -> Demand:
    """From the values of whole days, oldest first; at least two weeks of them."""
    values = np.asarray(history, dtype=np.float64)
    if np.ptp(values) == 0:
        flat = np.full(horizon, values[-1])
        return Demand(flat, flat, flat)
    # a course of sums never falls; cutting single days off at nothing instead would make every course use more
    used = np.maximum.accumulate(np.clip(np.cumsum(_paths(values, horizon), axis=0), 0, None), axis=0)
    low, middle, high = (np.diff(np.quantile(used, q, axis=1), prepend=0.0) for q in (0.1, 0.5, 0.9))
    return Demand(middle, low, high)


def warm_up() -> None:
    """Fit something once, so that the first who asks does not wait for the import."""
    _paths(np.arange(SEASONAL_FROM, dtype=np.float64), 1)


def _paths(values: Days, horizon: int) -> Days:
    """Courses that the use may take, a column each."""
    rng = np.random.default_rng(_SEED)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a fit that stops early is still a fit; how good it is, is in the interval
        fitted = _best_fit(values)
        paths = fitted.simulate(horizon, repetitions=_PATHS, random_errors="bootstrap", rng=rng)
    unsure = float(np.std(fitted.resid)) / np.sqrt(len(values))  # of the level itself, which simulating takes as known
    return np.asarray(paths, dtype=np.float64) + rng.normal(0, unsure, _PATHS)


def _best_fit(values: Days) -> Any:
    """With the course of a week where that explains more than its seven figures cost (AICc)."""
    # late: statsmodels and pandas take seconds and 140 MB to import, and only a forecast needs them
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    plain = ExponentialSmoothing(values, initialization_method="heuristic").fit()
    if len(values) < SEASONAL_FROM:
        return plain
    weekly = ExponentialSmoothing(
        values, seasonal="add", seasonal_periods=WEEK, initialization_method="heuristic"
    ).fit()
    return min(plain, weekly, key=lambda fit: float(fit.aicc))
