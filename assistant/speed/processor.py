"""Lines of the log: Rasa copies events and slots in depth for lines that nobody asked for (0.4 ms a turn)."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace


def logging_without_copies(module: ModuleType) -> None:
    """Give the log the things themselves: a line is written at once, and the module copies for nothing else."""
    module.copy = SimpleNamespace(deepcopy=lambda value: value)
