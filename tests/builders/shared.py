"""What is made once a run of the tests and used by all its processes."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

_RUN = "BILLING_TEST_RUN"
"""Names the place of this run to all of its processes."""


def begin() -> bool:
    """Make the place, before any process of the run starts; those that start later find it. Whether it was made."""
    if _RUN in os.environ:
        return False
    made = Path(tempfile.gettempdir()) / f"billing-{uuid4().hex[:12]}"
    made.mkdir(mode=0o700)
    os.environ[_RUN] = str(made)
    return True


def end() -> None:
    """Remove it, once all are done."""
    shutil.rmtree(os.environ.pop(_RUN), ignore_errors=True)


def place() -> Path:
    """The folder of this run."""
    return Path(os.environ[_RUN])


def once(name: str, make: Callable[[Path], None]) -> Path:
    """The file of that name in the run's place: whoever comes first makes it at the path given, the others wait."""
    made = place() / name
    with (place() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            new = place() / f"{name}.new"
            make(new)
            new.replace(made)
    return made
