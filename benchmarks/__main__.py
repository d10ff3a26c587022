"""Run the benchmarks named on the command line, or all that take no more than minutes."""

from __future__ import annotations

import argparse

from benchmarks import forecast, ingest, load, nlu, reads, slots, talk, top_ups, turns
from benchmarks.stock import bench as stock

ALL = {
    "turns": turns.run,
    "top_ups": top_ups.run,
    "ingest": ingest.run,
    "reads": reads.run,
    "forecast": forecast.measure,
    "nlu": nlu.run,
    "slots": slots.run,
    "talk": talk.run,
    "load": load.run,
    "stock": stock.run,
}
BY_NAME = ("load",)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*ALL, []], help=f"which: {', '.join(ALL)}; all by default")
    for name in parser.parse_args().names or [name for name in ALL if name not in BY_NAME]:
        ALL[name]()


if __name__ == "__main__":
    main()
