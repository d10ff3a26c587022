"""`python -m benchmarks stock`: the product beside a stock Rasa assistant, in one run, on one machine, in one table."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from assistant import train
from benchmarks.report import publish
from benchmarks.stock import kinds as asked
from benchmarks.stock import measure, project, training
from benchmarks.stock.client import Kind, OurTalk, Talk
from benchmarks.stock.environment import BIN, say
from benchmarks.stock.here import here, load_demo, on_servers
from benchmarks.stock.project import EPOCHS_OF_INIT, Project
from benchmarks.stock.servers import stock
from benchmarks.stock.table import figures

Measured = measure.Measured
WORKERS = int(os.environ.get("HERE_WORKERS", str(os.cpu_count() or 1)))


def run() -> None:
    """Measure and publish."""
    built = project.ready()
    train.main([])
    say("the product's own training, on a clean clone, and without the vectors that it ships")
    ours: Measured = {"training": training.seconds(), "bare": training.seconds("bare")}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        load_demo(f"sqlite:///{folder}/demo.db")
        kinds, fresh = _answered_here(folder)
        theirs, kinds = _theirs(built, folder, kinds)
        ours |= _ours(folder, kinds, fresh)
        several = _on_one_machine(folder, kinds) | _on_servers(folder, kinds)
    theirs["training"] = built.seconds
    title = f"Beside a stock assistant (Rasa 3.6.21 as released, {built.epochs} of {EPOCHS_OF_INIT} epochs)"
    publish("stock", title, [each.row() for each in figures(theirs, ours, several, built.epochs)])


def _copy(folder: Path) -> tuple[str, Path]:
    """A database with the demo data, and a folder, that no other server had."""
    own = Path(tempfile.mkdtemp(dir=folder))
    for part in folder.glob("demo.db*"):
        shutil.copy(part, own)
    return f"sqlite:///{own}/demo.db", own


def _answered_here(folder: Path) -> tuple[list[Kind], list[Kind]]:
    say("which sentences the product answers rightly")
    database, own = _copy(folder)
    kinds = asked.of_data(database)
    with here(database, own) as server:
        found = asyncio.run(measure.answers(OurTalk, server, [*kinds, *asked.fresh(kinds)]))
    return found[: len(kinds)], found[len(kinds) :]


def _theirs(built: Project, folder: Path, kinds: list[Kind]) -> tuple[Measured, list[Kind]]:
    """Stock's figures, and the sentences that both answer rightly."""
    warm = [BIN / "python", "-W", "ignore", "-c", "import rasa.model_training, tensorflow"]
    subprocess.run(warm, check=True, capture_output=True)  # neither side reads its files from the disk first
    say("starting the stock assistant (up to a minute)")
    both: list[Kind] = []
    database, own = _copy(folder)
    started = time.perf_counter()
    with stock(built, database, own) as server:
        return asyncio.run(measure.whole(Talk, server, started, kinds, both.extend)), both


def _ours(folder: Path, kinds: list[Kind], fresh: list[Kind]) -> Measured:
    say("starting the product")
    database, own = _copy(folder)
    started = time.perf_counter()
    with here(database, own) as server:
        found = asyncio.run(measure.whole(OurTalk, server, started, kinds, None))
        return found | asyncio.run(measure.fresh(server, fresh))


def _on_one_machine(folder: Path, kinds: list[Kind]) -> dict[str, Measured]:
    """Of several processes on SQLite, with nothing besides; of none where one is wanted."""
    if WORKERS < 2:
        return {}
    say(f"starting {WORKERS} processes of the product, on SQLite")
    database, own = _copy(folder)
    with here(database, own, "--workers", str(WORKERS)) as server:
        return {f"{WORKERS} processes": asyncio.run(measure.rates(OurTalk, server, kinds))}


def _on_servers(folder: Path, kinds: list[Kind]) -> dict[str, Measured]:
    """The same on PostgreSQL and Redis, where they are."""
    if WORKERS < 2:
        return {}
    say(f"starting {WORKERS} processes of the product, on PostgreSQL and Redis")
    try:
        with on_servers(WORKERS, Path(tempfile.mkdtemp(dir=folder))) as server:
            found = asyncio.run(measure.rates(OurTalk, server, kinds))
            return {f"{WORKERS} processes, PostgreSQL and Redis": found}
    except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
        sys.stderr.write(f"stock: without PostgreSQL and Redis: {error}\n")
        return {}
