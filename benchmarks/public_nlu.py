"""BANKING77 and CLINC150 as published, with the shipped pipeline: `python -m benchmarks.public_nlu FOLDER`.

FOLDER holds `train.csv` and `test.csv` of BANKING77 (PolyAI, CC BY 4.0) or `data_full.json` of CLINC150 (CC BY 3.0), or
all three. Nothing of them is kept in this repository. Settings, temperatures, `sure` and the threshold are those of
config.yml, not tuned on these sets; for CLINC150 the threshold that its validation sentences ask for is shown too.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from assistant.nlu.cascade import Cascade
from assistant.nlu.encoders import NAMES, Matrix, encode_all
from assistant.nlu.examples import Settings
from benchmarks.nlu import cascaded, shipped
from benchmarks.nlu_data import KEPT
from benchmarks.report import publish

_OUTSIDE = "oos"


class Asked(NamedTuple):
    """Sentences and their intents."""

    texts: list[str]
    intents: list[str]


def run(folder: Path) -> None:
    """Measure what is in the folder, and publish."""
    rows = []
    if (folder / "train.csv").exists():
        rows.append(_banking(folder))
    if (folder / "data_full.json").exists():
        rows += _clinc(folder)
    if not rows:
        raise SystemExit(f"neither train.csv and test.csv nor data_full.json in {folder}")
    publish("public_nlu", "Public sets, the shipped pipeline", rows)


def _banking(folder: Path) -> dict[str, Any]:
    train, test = (_csv(folder / f"{part}.csv") for part in ("train", "test"))
    config, cascade = _fitted(train, "banking77")
    odds, enough = _odds(cascade, config, test, "banking77")
    right = _names(cascade, odds) == np.array(test.intents)
    return _row("BANKING77", len(train.texts), len(test.texts), float(right.mean()), None, enough, None)


def _csv(path: Path) -> Asked:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Asked([row["text"] for row in rows], [row["category"] for row in rows])


def _clinc(folder: Path) -> list[dict[str, Any]]:
    parts = json.loads((folder / "data_full.json").read_text(encoding="utf-8"))
    train, valid, test = (
        Asked(*map(list, zip(*(parts[name] + parts[f"oos_{name}"]), strict=True))) for name in ("train", "val", "test")
    )
    config, cascade = _fitted(train, "clinc150")
    odds, enough = _odds(cascade, config, test, "clinc150")
    chosen = _best_threshold(cascade, _odds(cascade, config, valid, "clinc150")[0], valid)
    rows = []
    for threshold in (config["threshold"], chosen):
        inside, outside = _split(cascade, odds, test, threshold)
        rows.append(_row("CLINC150", len(train.texts), len(test.texts), inside, outside, enough, threshold))
    return rows


def _best_threshold(cascade: Cascade, odds: Matrix, valid: Asked) -> float:
    """Where in-scope accuracy and out-of-scope recall are highest together, on the validation sentences."""
    candidates = np.arange(0.1, 0.9, 0.02)
    return round(float(max(candidates, key=lambda t: sum(_split(cascade, odds, valid, float(t))))), 2)


def _split(cascade: Cascade, odds: Matrix, asked: Asked, threshold: float) -> tuple[float, float]:
    """In-scope accuracy, out-of-scope recall."""
    guesses = np.where(odds.max(axis=1) < threshold, _OUTSIDE, _names(cascade, odds))
    intents = np.array(asked.intents)
    outside = intents == _OUTSIDE
    return float((guesses == intents)[~outside].mean()), float((guesses == intents)[outside].mean())


def _fitted(train: Asked, name: str) -> tuple[dict[str, Any], Cascade]:
    config = shipped()
    settings = Settings(config["width"], config["ngrams"], config["ridge"])
    raw = [encode_all(each, train.texts, KEPT / f"{name}-train") for each in NAMES]
    return config, Cascade.fit_encoded(raw, train.texts, train.intents, settings)


def _odds(cascade: Cascade, config: dict[str, Any], asked: Asked, name: str) -> tuple[Matrix, float]:
    raw = [encode_all(each, asked.texts, KEPT / f"{name}-{len(asked.texts)}") for each in NAMES]
    odds, model = cascaded(
        cascade.odds_encoded(raw, asked.texts, config["temperatures"]), config["sure"], cascade.topics
    )
    return odds, float((model < 2).mean())


def _names(cascade: Cascade, odds: Matrix) -> Any:
    return np.array(cascade.topics)[odds.argmax(axis=1)]


def _row(
    name: str, trained: int, asked: int, accuracy: float, outside: float | None, enough: float, threshold: float | None
) -> dict[str, Any]:
    return {
        "set": name,
        "trained on": trained,
        "tested on": asked,
        "in-scope accuracy": round(accuracy, 4),
        "out-of-scope recall": None if outside is None else round(outside, 4),
        "threshold": threshold,
        "without the second encoder": round(enough, 3),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.public_nlu", description=__doc__)
    parser.add_argument("folder", type=Path)
    run(parser.parse_args().folder)
