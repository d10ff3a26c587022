"""What crosses the door of forecasts."""

from __future__ import annotations

from datetime import date
from typing import Literal

from billing.schemas import MoneyField, Schema

CannotTell = Literal["no_usage", "too_little_history", "erratic", "beyond_horizon"]
"""Why there is no date: nothing used lately, used for too short a time, too unlike from day to day, too far away."""


class RunOut(Schema):
    """When something ends: the middle of what may come, and the days between which it ends in 80 % of it."""

    runs_out_on: date | None
    earliest_on: date | None
    latest_on: date | None


class PlanForecast(RunOut):
    """When the plan in force ends, and by what: its amount, or its period before that."""

    plan: str
    ended_by: Literal["amount", "period"]


class Forecast(RunOut):
    """When the available balance runs out; `reason` says why that cannot be told.

    `daily_average` is of the last `basis_days` whole days. `earliest_on` and `latest_on` hold the day in 80 % of what
    may come; None where that lies beyond a year.
    """

    available: MoneyField
    daily_average: MoneyField
    basis_days: int
    days_left: int | None
    reason: CannotTell | None
    plan: PlanForecast | None
