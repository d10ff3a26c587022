"""Slots: how many messages of `tests/nlu/slots/` are read exactly, by language and kind of slot."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import yaml

from assistant.nlu.slots.extract import extract
from benchmarks.nlu_data import LANGUAGES, ROOT

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
    names = {name for each in read for name in (*each.slots, *each.found)}
    return {name: _share([each for each in read if name in each.slots or name in each.found], name) for name in names}


def rows() -> list[dict[str, Any]]:
    """A language a row: the messages, the share read exactly, all and of the held-out group, and each slot's share."""
    table = []
    for language in LANGUAGES:
        read = readings(language)
        fresh = [each for each in read if each.group == "held_out"]
        known = [each for each in read if each.group != "held_out"]
        counted = {"language": language, "messages": len(read), "exact": accuracy(known), "held out": accuracy(fresh)}
        table.append(counted | dict(sorted(by_slot(read).items())))
    return table


def _share(read: list[Reading], name: str) -> float:
    return round(sum(each.slots.get(name) == each.found.get(name) for each in read) / len(read), 3)


def _spelt_out(slots: dict[str, Any]) -> dict[str, Any]:
    """The slots with the period, an ISO 8601 interval in the file, as the normaliser gives it."""
    if "period" not in slots:
        return slots
    first, last = slots["period"].split("/")
    return slots | {"period": {"from": first, "to": last}}
