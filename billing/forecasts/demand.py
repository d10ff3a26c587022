"""What use may come: courses drawn from the fitted one, and the quantiles of what they use up.

Values are floats: they are guesses and only decide on dates. No amount of money is made of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from billing.forecasts.fitting import WEEK, WEEKLY_FROM, Fitted, Floats, fit

__all__ = ["HORIZON", "WEEK", "Demand", "expected", "forecast", "warm_up"]

HORIZON = 365
"""Days that are looked ahead."""
_PATHS = 400
_SEED = 4
"""The same history forecasts the same day, whenever and wherever it is asked."""
_FAR = 20.0
"""The logarithm beyond which a drawn mean is cut off."""


@dataclass(frozen=True, slots=True)
class Demand:
    """The value of each day to come: in the middle of all courses, and such that 10 % or 90 % have used less."""

    middle: Floats
    low: Floats
    high: Floats


def forecast(history: Sequence[float], horizon: int = HORIZON) -> Demand:
    """From the values of whole days, oldest first; at least two weeks of them."""
    values = np.asarray(history, dtype=np.float64)
    if np.ptp(values) == 0:
        flat = np.full(horizon, values[-1])
        return Demand(flat, flat, flat)
    used = np.cumsum(_paths(fit(values), horizon), axis=0)
    low, middle, high = np.diff(np.quantile(used, (0.1, 0.5, 0.9), axis=1), prepend=0.0)
    return Demand(middle, low, high)


def expected(history: Sequence[float], horizon: int) -> list[float]:
    """The mean of each day to come, from the same fit."""
    values = np.asarray(history, dtype=np.float64)
    if np.ptp(values) == 0:
        return [float(values[-1])] * horizon
    courses = np.array([fitted.weight * fitted.mean(horizon) for fitted in fit(values)])
    return [float(mean) for mean in courses.sum(axis=0)]


def warm_up() -> None:
    """Fit something once, so that the first who asks does not wait for the import."""
    forecast(range(WEEKLY_FROM), 1)


def _paths(courses: list[Fitted], horizon: int) -> Floats:
    """Courses that the use may take, a column each: as many of a fitted one as it is likely."""
    rng = np.random.default_rng(_SEED)
    shares = np.round(np.cumsum([0.0, *(fitted.weight for fitted in courses)]) * _PATHS).astype(int)
    drawn = [_drawn(rng, fitted, horizon, int(count)) for fitted, count in zip(courses, np.diff(shares), strict=True)]
    return np.concatenate(drawn, axis=1)


def _drawn(rng: np.random.Generator, fitted: Fitted, horizon: int, count: int) -> Floats:
    """Coefficients as unsure as they are, days drawn from those seen."""
    coefficients = rng.multivariate_normal(fitted.coefficients, fitted.covariance, count)
    means = np.exp(np.clip(fitted.design(horizon) @ coefficients.T, -_FAR, _FAR))
    ratios = rng.choice(fitted.ratios, (horizon, count))
    if fitted.smoothing:
        moved = np.cumprod(1 + fitted.smoothing * (ratios - 1), axis=0)
        means[0] *= fitted.level
        means[1:] *= fitted.level * moved[:-1]
    return np.asarray(means * ratios * fitted.scale, dtype=np.float64)
