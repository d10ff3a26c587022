"""Where a bot builder's content lies: the folder that CONTENT names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

SETTING = "CONTENT"


def present() -> Path | None:
    """The folder of this process, None where the assistant has only what comes with it.

    Raises:
        SystemExit: CONTENT names no folder: said as it is, before anything else is tried.
    """
    named = os.environ.get(SETTING)
    if not named:
        return None
    folder = Path(named).expanduser()
    if not folder.is_dir():
        raise SystemExit(f"{SETTING} names no folder: {folder}")
    return folder


def files(folder: Path) -> Iterator[Path]:
    """What is read of it."""
    for name in ("content.yml", "catalogue.yml"):
        if (folder / name).exists():
            yield folder / name
    for part in ("texts", "faq"):
        yield from sorted((folder / part).glob("*.yml"))
