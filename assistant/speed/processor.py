"""Lines of the log: Rasa copies events and slots in depth, and writes all slots out, for lines that nobody asked for.

0.5 ms a turn.
"""

from __future__ import annotations

import logging
from types import ModuleType, SimpleNamespace
from typing import Any


def logging_without_copies(module: ModuleType) -> None:
    """Give the log the things themselves: a line is written at once, and the module copies for nothing else."""
    module.copy = SimpleNamespace(deepcopy=lambda value: value)
    written = module.MessageProcessor._log_slots

    def if_asked_for(tracker: Any) -> None:
        if logging.getLogger().isEnabledFor(logging.DEBUG):
            written(tracker)

    if_asked_for.__wrapped__ = written  # type: ignore[attr-defined]
    module.MessageProcessor._log_slots = staticmethod(if_asked_for)
