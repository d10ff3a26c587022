"""How long the product's own training takes from nothing: no vector known, none shipped, no cache.

`python -m benchmarks.stock.training` trains into a folder that is thrown away, and prints the seconds.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.stock.environment import ROOT


def seconds() -> float:
    """Of a process of its own, as stock's are, from its start to its end."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"RASA_CACHE_DIRECTORY": f"{folder}/cache"}
        command = [sys.executable, "-m", "benchmarks.stock.training", folder]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the product was not trained: {done.stderr[-2000:]}")
    return time.perf_counter() - started


def _train(folder: Path) -> None:
    from assistant import train
    from assistant.nlu import encoders

    nothing = folder / "nothing"
    encoders.KEPT = encoders.vectors.SHIPPED = nothing
    encoders.vectors.shipped.__defaults__ = (nothing,)
    train.MODELS, train.MODEL, train._MADE_OF = folder, folder / "model.tar.gz", folder / "model.json"  # noqa: SLF001  its note beside it
    train.train()


if __name__ == "__main__":
    _train(Path(sys.argv[1]))
