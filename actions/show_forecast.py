"""show_forecast: when the balance runs out at the average of the last days."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import AccountAction, Events, card, say
from actions.texts import Texts


class ActionShowForecast(AccountAction):
    """Says the day, and the average that it rests on; says so when it cannot be told."""

    def name(self) -> str:
        return "action_show_forecast"

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        forecast = self.billing.forecast(account)
        values = {"available": texts.money(forecast.available), "basis_days": texts.number(forecast.basis_days)}
        if not forecast.available:
            say(dispatcher, "utter_forecast_empty")
        elif forecast.runs_out_on is None or forecast.days_left is None:
            say(dispatcher, "utter_forecast_no_usage", **values)
        else:
            say(
                dispatcher,
                "utter_forecast",
                card("forecast", forecast),
                runs_out_on=texts.day(forecast.runs_out_on),
                days_left=texts.number(forecast.days_left),
                daily_average=texts.money(forecast.daily_average),
                **values,
            )
        return None
