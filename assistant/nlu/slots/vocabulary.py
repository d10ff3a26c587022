"""Which plans and services there are to be named: ours, or those of a bot builder's own catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from assistant import yaml_files
from assistant.content.folder import present
from assistant.nlu.slots import names, plans


class Vocabulary(NamedTuple):
    """What finds each."""

    plans: plans.PlanNames
    services: names.ServiceNames


OURS = Vocabulary(plans.OURS, names.OURS)


@cache
def vocabulary() -> Vocabulary:
    """This process's, read once."""
    folder = present()
    return of(folder / "catalogue.yml") if folder else OURS


def of(catalogue: Path) -> Vocabulary:
    """By the ids and names of a catalogue file; ours where there is none."""
    if not catalogue.exists():
        return OURS
    content = yaml_files.read(catalogue)
    return Vocabulary(plans.named(_called(content["plans"])), names.named(_called(content["services"])))


def _called(items: Mapping[str, Any]) -> dict[str, list[str]]:
    return {item: [item, item.replace("_", " "), *terms["names"].values()] for item, terms in items.items()}
