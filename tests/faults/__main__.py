"""Run the simulator for as many steps as wanted: `python -m tests.faults --steps 1000000 --workers 2`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from rich.progress import Progress

from tests.faults.simulator.runs import A_WORLD, Outcome, numbers_of, run, shrunk, told


def main() -> int:
    """0 where nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1, help="of the first world; the next have the next. Go on by it")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--only", help="these steps of the world of the seed: 3-5,9")
    given = parser.parse_args()
    if given.only:
        found = run(given.seed, numbers_of(given.only))
        print(told(found, numbers_of(given.only)) if found.failed else "nothing was wrong")
        return int(bool(found.failed))
    return _all(given.steps, given.seed, given.workers)


def _all(steps: int, seed: int, workers: int) -> int:
    print(f"seed {seed}, {steps} steps, {workers} workers", flush=True)
    begun = time.monotonic()
    with Progress(disable=not sys.stdout.isatty()) as progress:
        bar = progress.add_task("steps", total=steps)
        for outcome in _outcomes(steps, seed, workers):
            progress.advance(bar, outcome.steps)
            if outcome.failed:
                print(told(outcome, shrunk(outcome)))
                return 1
            if progress.disable:
                print(f"seed {outcome.seed}: {outcome.steps} steps, nothing wrong", flush=True)
    print(f"{steps} steps in {time.monotonic() - begun:.0f} s, nothing wrong; next seed {seed - (-steps // A_WORLD)}")
    return 0


def _outcomes(steps: int, seed: int, workers: int) -> Iterator[Outcome]:
    sizes = [A_WORLD] * (steps // A_WORLD) + [steps % A_WORLD] * bool(steps % A_WORLD)
    with ProcessPoolExecutor(workers) as pool:
        try:
            yield from pool.map(run, range(seed, seed + len(sizes)), map(range, sizes))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


if __name__ == "__main__":
    sys.exit(main())
