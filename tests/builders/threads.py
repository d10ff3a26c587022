"""Many threads at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

THREADS = 8


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """What `work(number)` gives in each thread, all let go together."""
    barrier = Barrier(THREADS)

    def run(number: int) -> Any:
        barrier.wait(timeout=10)
        return work(number)

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(run, range(THREADS)))
