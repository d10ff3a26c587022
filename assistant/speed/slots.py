"""Slots: each new tracker copies all of them through `copy.copy`, which pickles (0.2 → 0.03 ms a tracker)."""

from __future__ import annotations

from types import ModuleType
from typing import Any


def copied(module: ModuleType) -> None:
    """Copy a slot by copying what it holds, as `copy.copy` does for a class that says nothing else."""

    def copy_of(self: Any) -> Any:
        new = object.__new__(type(self))
        vars(new).update(vars(self))
        return new

    module.Slot.__copy__ = copy_of
