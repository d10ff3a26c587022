"""The words of e-mails, from data/alerts/email.yml, with values as the reader's language writes them."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

import yaml
from babel.dates import format_date
from babel.numbers import format_currency, format_percent

from billing.alerts.schemas import Alert
from billing.config import ROOT
from billing.money import Money

TEXTS = ROOT / "data" / "alerts" / "email.yml"


def mail(what: Literal["raised", "cleared"], alert: Alert, language: str) -> dict[str, str]:
    """Subject and text, in one of the three languages."""
    text = _texts()[key(what, alert)][language]
    values = _values(alert, language)
    return {"subject": text["subject"].format(**values), "text": text["text"].format(**values), "language": language}


def key(what: Literal["raised", "cleared"], alert: Alert) -> str:
    """The text that tells of the alert."""
    if what == "cleared" and alert.kind != "low_balance":
        return "plan_renewed"
    if alert.kind == "plan_used" and alert.level == 100:
        return "plan_used_up_raised"
    return f"{alert.kind}_{what}"


@lru_cache(maxsize=1)
def _texts() -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    return found


def _values(alert: Alert, language: str) -> dict[str, Any]:
    told = alert.figures
    values: dict[str, Any] = {
        name: _money(money, language)
        for name in ("available", "threshold", "amount", "used")
        if (money := getattr(told, name)) is not None
    }
    if told.names is not None:
        values["plan"] = told.names.get(language) or told.names["en"]
    if told.ends_on is not None:
        values["date"] = format_date(told.ends_on, format="long", locale=language)
    if alert.level is not None:
        values["days"] = alert.level
        values["percent"] = format_percent(Decimal(alert.level) / 100, locale=language)
    return values


def _money(money: Money, language: str) -> str:
    return format_currency(money.rounded().amount, money.currency, locale=language)
