"""Usage that comes in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import structlog

from billing.api.door import Door
from billing.metering import importer
from billing.schemas import (
    ImportResult,
)

log = structlog.get_logger()


class MeteringDoor(Door):
    """Usage that comes in."""

    def import_usage(self, path: Path, on_progress: Callable[[int], None] = lambda done: None) -> ImportResult:
        """Record a file of usage, line by line; refused lines are listed with their reason."""
        return self._database.run(
            lambda session: importer.import_lines(session, path, now=self._now(), on_progress=on_progress)
        )
