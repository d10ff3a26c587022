"""What is sold: the versions of a catalogue, as plain data, that are loaded one after another."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

import yaml

from tests.builders.catalogue import CATALOGUE

DIGITS = {"USD": 2, "JPY": 0, "KRW": 0}
CONDITIONS = {"deposit_share": "0.3", "due_days": 30, "deposit_due_days": 10, "pause_days": 30}
_STARTER = "names: {en: Starter, ja: スターター, ko: 스타터}\n"
_RENDERER = CATALOGUE[CATALOGUE.index("  renderer:") : CATALOGUE.index("support_tiers:")]
_TUNING = """\
  fine_tuning:
    names: {en: Fine-tuning, ja: ファインチューニング, ko: 파인튜닝}
    unit: hour
    rates: {USD: "3.1", JPY: "450", KRW: "4100"}
plans:
"""
TEXTS = {
    "plain": CATALOGUE,
    "dearer": CATALOGUE.replace(
        'rates: {USD: "0.05", JPY: "7", KRW: "65"}', 'rates: {USD: "0.06", JPY: "8.5", KRW: "70"}'
    )
    .replace('price: {USD: "9", JPY: "900", KRW: "9000"}', 'price: {USD: "12.50", JPY: "1255", KRW: "12345"}')
    .replace('minimum: {USD: "25"', 'minimum: {USD: "30"')
    .replace(
        _STARTER,
        _STARTER + '    conditions: {deposit_share: "0.25", due_days: 14, deposit_due_days: 3, pause_days: 10}\n',
    ),
    "wider": CATALOGUE.replace("plans:\n", _TUNING),
    "narrower": CATALOGUE.replace(_RENDERER, ""),
}
SOLD = {name: yaml.safe_load(text) for name, text in TEXTS.items()}
SERVICES = ("bot_session", "gpu_container", "inference", "fine_tuning")


class Refused(Exception):
    """The model's word for a refusal that is due: billing's code of it."""

    @property
    def code(self) -> str:
        return self.args[0]


def refuse(when: object, code: str) -> None:
    if when:
        raise Refused(code)


class Shop:
    """The catalogues loaded so far, oldest first."""

    def __init__(self) -> None:
        self.loaded: list[tuple[datetime, str]] = []

    def load(self, name: str, at: datetime) -> None:
        if not self.loaded or self.loaded[-1][1] != name:
            self.loaded.append((at, name))

    @property
    def present(self) -> dict:
        return SOLD[self.loaded[-1][1]]

    def check(self, services: list[str] | None) -> None:
        for service in services or []:
            refuse(service not in self.present["services"], "service_not_found")

    def rate(self, service: str, currency: str, at: datetime) -> Fraction:
        """On demand, by the catalogue of that instant; by the present one for what was not sold then."""
        self.check([service])
        then = next((SOLD[name] for loaded, name in reversed(self.loaded) if loaded <= at), SOLD[self.loaded[0][1]])
        priced = then if service in then["services"] else self.present
        return Fraction(priced["services"][service]["rates"][currency])

    def plan(self, plan: str) -> dict:
        refuse(plan not in self.present["plans"], "plan_not_found")
        return self.present["plans"][plan]
