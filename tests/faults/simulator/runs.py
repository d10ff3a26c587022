"""Worlds run one after another, each from its seed; a failing one is run again with fewer and fewer steps."""

from __future__ import annotations

import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.simulator import payments
from tests.faults.simulator.database import memory
from tests.faults.simulator.world import World

A_WORLD = 2_500
"""Steps of one world: longer ones are slower, and find nothing else."""
WHOLE_EVERY = 500
REPLAYS = 25
"""How often a failure is run again to find which steps it needs."""


@dataclass(frozen=True)
class Outcome:
    """What became of a world; `failed` tells what was wrong at step `at`."""

    seed: int
    steps: int
    happened: Counter[str] = field(default_factory=Counter)
    at: int = -1
    failed: str = ""
    history: tuple[object, ...] = ()


def run(
    seed: int, numbers: Sequence[int], on_step: Callable[[], None] = lambda: None, every: int = WHOLE_EVERY
) -> Outcome:
    """These steps of the world of that seed, and its quiet end."""
    with tempfile.TemporaryDirectory(prefix="faults-", dir=memory()) as folder:
        world = World(seed, Path(folder))
        try:
            for done, number in enumerate(numbers, start=1):
                world.step(number)
                if done % every == 0:
                    world.checks.whole()
                on_step()
            _end(world)
        except Exception as error:  # whatever it is, it is told with the way to have it again
            told = (str(error) if isinstance(error, AssertionError) else "") or traceback.format_exc()
            return Outcome(seed, len(numbers), world.happened, world.number, told, tuple(world.history)[-12:])
        finally:
            world.close()
    return Outcome(seed, len(numbers), world.happened)


def _end(world: World) -> None:
    world.checks.whole()
    payments.settle(world)
    world.checks.whole()


def shrunk(failed: Outcome) -> list[int]:
    """Fewer steps after which it still fails: all beyond the failing one are left out, then ever smaller parts."""
    numbers, replays = list(range(failed.at + 1)), 0
    size = len(numbers) // 2
    while size and replays < REPLAYS:
        for begin in range(0, len(numbers), size):
            fewer = numbers[:begin] + numbers[begin + size :]
            replays += 1
            if fewer and run(failed.seed, fewer).failed:
                numbers = fewer
                break
            if replays >= REPLAYS:
                break
        else:
            size //= 2
        size = min(size, len(numbers) // 2)
    return numbers


def parts(numbers: Sequence[int]) -> str:
    """`3-5,9`: numbers as they are given on the command line."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ",".join(f"{first}-{last}" if first != last else str(first) for first, last in spans)


def numbers_of(text: str) -> list[int]:
    """What `parts` wrote."""
    spans = [part.partition("-") for part in text.split(",")]
    return [number for first, _, last in spans for number in range(int(first), int(last or first) + 1)]


def told(failed: Outcome, numbers: Sequence[int]) -> str:
    """What went wrong, and the command that has it again."""
    lately = "\n".join(f"  {each}" for each in failed.history)
    again = f"python -m tests.faults --seed {failed.seed} --only {parts(numbers)}"
    return f"seed {failed.seed}, step {failed.at}: {failed.failed}\nlately:\n{lately}\nagain, shrunk:\n  {again}"
