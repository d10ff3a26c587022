"""How long the product's own training takes: nothing kept, no cache; as on a clean clone, or with no vector shipped.

`python -m benchmarks.stock.training FOLDER [bare]` trains into a folder; `bare` without `data/vectors/`, as a corpus is
trained that nobody trained before.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.stock.environment import ROOT


def seconds(*how: str) -> float:
    """Of a process of its own, as stock's are, from its start to its end."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"RASA_CACHE_DIRECTORY": f"{folder}/cache"}
        command = [sys.executable, "-m", "benchmarks.stock.training", folder, *how]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the product was not trained: {done.stderr[-2000:]}")
    return time.perf_counter() - started


def _train(folder: Path, *how: str) -> None:
    from assistant import train
    from assistant.nlu import encoders

    nothing = folder / "nothing"
    encoders.KEPT = nothing
    if "bare" in how:
        encoders.vectors.shipped.__defaults__ = (nothing,)
    train.MODELS, train.MODEL, train._MADE_OF = folder, folder / "model.tar.gz", folder / "model.json"  # noqa: SLF001  its note beside it
    train.train()


if __name__ == "__main__":
    _train(Path(sys.argv[1]), *sys.argv[2:])
