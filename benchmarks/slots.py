"""Slots: how many messages of `tests/nlu/slots/` are read exactly, by language and kind of slot."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import yaml

from assistant.evaluation.corpus import LANGUAGES, ROOT
from assistant.nlu.slots.extract import extract
from benchmarks.report import publish

TODAY = date(2026, 11, 22)
"""The day that relative periods count from where a message does not give its own."""


class Reading(NamedTuple):
    """A message, the slots that it holds, and those that were found."""

    language: str
    group: str
    text: str
    slots: dict[str, Any]
    found: dict[str, Any]

    @property
    def right(self) -> bool:
        """Whether all of its slots were found, exactly, and nothing else."""
        return self.slots == self.found


def readings(language: str) -> list[Reading]:
    """All messages of a language, read."""
    groups = yaml.safe_load((ROOT / "tests" / "nlu" / "slots" / f"{language}.yml").read_text("utf-8"))
    return [
        Reading(
            language, group, case["text"], _spelt_out(case["slots"]), extract(case["text"], case.get("today", TODAY))
        )
        for group, cases in groups.items()
        for case in cases
    ]


def accuracy(read: list[Reading]) -> float:
    """The share of messages read exactly."""
    return round(sum(each.right for each in read) / len(read), 4)


def by_slot(read: list[Reading]) -> dict[str, float]:
    """Of each slot, the share of the messages with it, expected or found, where both are the same."""
    names = sorted({name for each in read for name in (*each.slots, *each.found)})
    return {name: _share([each for each in read if name in each.slots or name in each.found], name) for name in names}


def run() -> None:
    """Measure and publish."""
    publish("slots", "Slots read exactly", [_row(language, readings(language)) for language in LANGUAGES])


def _row(language: str, read: list[Reading]) -> dict[str, Any]:
    return {"language": language, "messages": len(read), "exact": accuracy(read), **by_slot(read)}


def _share(read: list[Reading], name: str) -> float:
    return round(sum(each.slots.get(name) == each.found.get(name) for each in read) / len(read), 3)


def _spelt_out(slots: dict[str, Any]) -> dict[str, Any]:
    """The slots with the period, an ISO 8601 interval in the file, as the normaliser gives it."""
    if "period" not in slots:
        return slots
    first, last = slots["period"].split("/")
    return slots | {"period": {"from": first, "to": last}}
