"""Python's cyclic garbage collector, out of the way while a batch is charged.

A batch makes tens of thousands of tuples that live until it is written and are in no cycle; looking through them again
and again took a quarter of the time (benchmarks/ingest.py). A part has 5,000 events at most, so what waits is little.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_pausing = 0
_was_on = True


@contextmanager
def paused() -> Iterator[None]:
    """No collection until the last of all who paused it, in whatever thread, is done."""
    global _pausing, _was_on  # noqa: PLW0603  the collector is the process's
    with _lock:
        if not _pausing:
            _was_on = gc.isenabled()
            gc.disable()
        _pausing += 1
    try:
        yield
    finally:
        with _lock:
            _pausing -= 1
            if not _pausing and _was_on:
                gc.enable()
