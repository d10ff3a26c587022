"""The stock project: our domain and data, and the config that Rasa ships for `rasa init`, word for word but the epochs.

`python -m benchmarks.stock.project` lays and trains it under var/stock, when none fits what is here.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.stock import environment
from benchmarks.stock.environment import HOME, LOCK, ROOT, say
from benchmarks.stock.fingerprint import of_files

EPOCHS_OF_INIT = 100
EPOCHS = int(os.environ.get("STOCK_EPOCHS", "3"))
"""Of each network. A hundred take hours on two cores; how long a turn takes does not depend on it."""
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}
_LEARNT = ("domain.yml", "data/nlu", "data/rules", "data/responses")
_DEFAULT = "rasa/engine/recipes/config_files/default_config.yml"


class Project(NamedTuple):
    """A trained one."""

    folder: Path
    epochs: int
    seconds: float
    """Its training took."""


def ready() -> Project:
    """The project with its model, trained when what is there was made of something else."""
    commands = environment.ready()
    folder, made_of = HOME / "project", _made_of()
    record = folder / "built.json"
    if not record.exists() or json.loads(record.read_text())["made_of"] != made_of:
        _lay(folder)
        say(f"training, {EPOCHS} of {EPOCHS_OF_INIT} epochs (a minute or more an epoch) …")
        record.write_text(json.dumps({"made_of": made_of, "epochs": EPOCHS, "seconds": _train(commands, folder)}))
    built = json.loads(record.read_text())
    return Project(folder, built["epochs"], built["seconds"])


def _made_of() -> str:
    return of_files(LOCK, *(ROOT / each for each in _LEARNT), also=str(EPOCHS))


def _lay(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "domain").mkdir(parents=True)
    shutil.copy(ROOT / "domain.yml", folder / "domain")
    shutil.copytree(ROOT / "data" / "responses", folder / "domain" / "responses")
    for name in ("nlu", "rules"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    shipped = next(environment.BIN.parent.glob(f"lib/python*/site-packages/{_DEFAULT}"))
    (folder / "config.yml").write_text(with_epochs(shipped.read_text(), EPOCHS))


def with_epochs(config: str, epochs: int) -> str:
    """The config with so many epochs everywhere, and nothing else changed."""
    return re.sub(rf"(?m)^(\s+epochs: ){EPOCHS_OF_INIT}$", rf"\g<1>{epochs}", config)


def _train(commands: Path, folder: Path) -> float:
    started = time.perf_counter()
    asked = ("--skip-validation", "--domain", "domain", "--data", "data", "--fixed-model-name", "model")
    with (folder / "train.log").open("w") as log:
        done = subprocess.run(
            [commands / "rasa", "train", *asked],
            cwd=folder, env=os.environ | QUIET, stdout=log, stderr=log, check=False,
        )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"the stock assistant was not trained: {(folder / 'train.log').read_text()[-2000:]}")
    return time.perf_counter() - started


if __name__ == "__main__":
    say(str(ready()))
