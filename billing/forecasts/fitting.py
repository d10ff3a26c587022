"""The course of the use of days: its level, how that moves, a trend and the pattern of the week, where they show.

The mean of a day is `exp(x'b)`, fitted as a Poisson quasi-likelihood (statsmodels' GLM): it takes zeros, stays right in
the mean whatever the days' spread, and its sandwich covariance (HC1) says how unsure the coefficients are. On top, the
level may move: simple exponential smoothing of the ratio of use to that mean, in the error-correction form
`l(t+1) = l(t) (1 + a (e(t) - 1))` (Hyndman, Koehler, Ord & Snyder 2008, chapter 4). With and without each of these:
courses count by how likely they are, `exp(-B / 2)` with the Schwarz criterion `B = n ln D + c ln n` on the deviance D
of predictions one day ahead (Raftery 1995).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WEEK = 7
WEEKLY_FROM = 4 * WEEK
"""Days of history from which the course of a week is told apart from chance."""
_SMOOTHING = np.array([0.0, 0.1, 0.2, 0.35, 0.5])
"""How much of a day's surprise stays in the level; 0: it does not move."""
_WEEK_COST, _TREND_COST, _MOVING_COST = 6.0, 3.0, 1.0
"""In parameters. A trend is what hurts most where it is not: three times its one parameter."""
_LEAST_WEIGHT = 0.01
"""Below it a course is left out."""
_BOUND = 10.0
"""The largest coefficient, a logarithm, that a course can mean."""
_NEVER_NOTHING = 1e-3
"""Added to each day, in mean days: a weekday without any use would have a coefficient without bounds."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A course: in units of `scale`, the mean of the history's days; `weight` is how likely it is among those kept."""

    weight: float
    scale: float
    days: int
    weekly: bool
    trend: bool
    smoothing: float
    coefficients: Floats
    covariance: Floats
    level: float
    ratios: Floats

    def design(self, horizon: int) -> Floats:
        """The rows of the days to come. A trend goes on for as long as it was seen, then stays where it is."""
        ahead = np.arange(self.days, self.days + horizon)
        return _design(ahead, self.days, weekly=self.weekly, trend=self.trend)

    def mean(self, horizon: int) -> Floats:
        """What is expected of each day to come."""
        means = np.exp(self.design(horizon) @ self.coefficients) * self.level - _NEVER_NOTHING
        return np.asarray(np.clip(means, 0, None) * self.scale, dtype=np.float64)


def fit(values: Floats) -> list[Fitted]:
    """The courses that count, of two weeks of days or more, not all of them nothing. Their weights sum to 1."""
    scale = float(values.mean())
    used = values / scale + _NEVER_NOTHING
    weekly = (False, True) if len(used) >= WEEKLY_FROM else (False,)
    tried = [found for week in weekly for trend in (False, True) for found in _fits(used, scale, week, trend)]
    likely = np.exp(-(np.array([criterion for criterion, _ in tried]) - min(c for c, _ in tried)) / 2)
    likely = np.where(likely / likely.sum() < _LEAST_WEIGHT, 0, likely)
    shares = likely / likely.sum()
    return [replace(found, weight=float(share)) for share, (_, found) in zip(shares, tried, strict=True) if share]


def _fits(used: Floats, scale: float, weekly: bool, trend: bool) -> Iterator[tuple[float, Fitted]]:
    """One for each smoothing, with its criterion.

    None at all where the coefficients have no bounds, as the trend of use that stopped after its first day.
    """
    # late: statsmodels and pandas take seconds to import, and only a forecast needs them
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    days = len(used)
    design = _design(np.arange(days), days, weekly=weekly, trend=trend)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # a fit that went nowhere is left out below
            found = GLM(used, design, family=Poisson()).fit(cov_type="HC1")
    except (ValueError, np.linalg.LinAlgError):
        return
    if not found.converged or np.abs(found.params).max() > _BOUND or not np.isfinite(found.cov_params()).all():
        return
    means = np.maximum(np.asarray(found.fittedvalues), _NEVER_NOTHING)
    ratios = used / means
    levels = np.array(list(_levels(ratios)))
    ahead = np.maximum(means[:, None] * levels[:-1], _NEVER_NOTHING)
    deviance = 2 * (used[:, None] * np.log(used[:, None] / ahead) - (used[:, None] - ahead)).sum(axis=0)
    cost = 1 + _WEEK_COST * weekly + _TREND_COST * trend + _MOVING_COST * (_SMOOTHING > 0)
    criteria = days * np.log(np.maximum(deviance, 1e-12)) + cost * np.log(days)
    for number, smoothing in enumerate(_SMOOTHING):
        yield (
            float(criteria[number]),
            Fitted(
                weight=0.0,
                scale=scale,
                days=days,
                weekly=weekly,
                trend=trend,
                smoothing=float(smoothing),
                coefficients=np.asarray(found.params),
                covariance=np.asarray(found.cov_params()),
                level=float(levels[-1, number]),
                ratios=_spread(ratios / np.maximum(levels[:-1, number], _NEVER_NOTHING), design.shape[1]),
            ),
        )


def _levels(ratios: Floats) -> Iterator[Floats]:
    """The level before each day, and after the last, for each smoothing."""
    level = np.ones(len(_SMOOTHING))
    yield level
    for ratio in ratios:
        level = level + _SMOOTHING * (ratio - level)
        yield level


def _spread(ratios: Floats, parameters: int) -> Floats:
    """Ratios around 1, as wide as they would be had no parameter been fitted to them."""
    days = len(ratios)
    wide = 1 + (ratios / ratios.mean() - 1) * np.sqrt(days / (days - parameters))
    kept = np.clip(wide, 0, None)
    return np.asarray(kept / kept.mean(), dtype=np.float64)


def _design(days: NDArray[np.int64], seen: int, *, weekly: bool, trend: bool) -> Floats:
    columns: list[Floats] = [np.ones(len(days))]
    if trend:
        columns.append(np.minimum(days, 2 * seen) / seen - 0.5)
    if weekly:
        columns.extend((days % WEEK == day) * 1.0 - (days % WEEK == WEEK - 1) for day in range(WEEK - 1))
    return np.stack(columns, axis=1)
