"""show_forecast: when the balance and the plan run out, as the use so far lets expect."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import FiguresAction, card, say
from actions.texts import Texts
from billing.api import Forecast, Reading


class ActionShowForecast(FiguresAction):
    """Says the day and how sure that is; why not, where it cannot be told."""

    quick = False  # it simulates

    def name(self) -> str:
        return "action_show_forecast"

    def tell(self, reading: Reading, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> None:
        forecast = reading.forecast()
        if not forecast.available:
            say(dispatcher, "utter_forecast_empty")
            return
        say(
            dispatcher,
            "utter_forecast" if forecast.reason is None else f"utter_forecast_{forecast.reason}",
            card("forecast", forecast),
            runs_out_on=texts.day(forecast.runs_out_on) if forecast.runs_out_on else None,
            days_left=None if forecast.days_left is None else texts.number(forecast.days_left),
            available=texts.money(forecast.available),
            basis_days=texts.number(forecast.basis_days),
            details="\n".join(_details(forecast, texts)),
        )


def _details(forecast: Forecast, texts: Texts) -> list[str]:
    """What the day rests on, a line each."""
    lines = [*_interval(forecast, texts), texts.term("forecast_available", available=texts.money(forecast.available))]
    average = texts.money(forecast.daily_average)
    lines.append(texts.term("forecast_average", basis_days=texts.number(forecast.basis_days), daily_average=average))
    if forecast.plan is not None and forecast.plan.runs_out_on is not None:
        ends_on = texts.day(forecast.plan.runs_out_on)
        lines.append(texts.term(f"forecast_plan_{forecast.plan.ended_by}", ends_on=ends_on))
    return lines


def _interval(forecast: Forecast, texts: Texts) -> list[str]:
    earliest, latest = forecast.earliest_on, forecast.latest_on
    if earliest is None or earliest == latest:
        return []
    if latest is None:
        return [texts.term("forecast_not_before", earliest_on=texts.day(earliest))]
    return [texts.term("forecast_interval", earliest_on=texts.day(earliest), latest_on=texts.day(latest))]
