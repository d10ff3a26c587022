"""Train the model when none fits the present data: `python -m assistant.train [--force]`.

The model file carries the fingerprint of everything it was made of; a second run with the same is done at once.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.content import folder
from assistant.content.check import whole
from assistant.content.source import ContentInvalid
from assistant.content.weave import weave
from assistant.hook import RASA

ROOT = Path(__file__).resolve().parent.parent
MODELS = (folder.present() or ROOT) / "models"
"""A content folder has its own model, so that two bots on one machine do not take each other's."""
MODEL = MODELS / "model.tar.gz"
_MADE_OF = MODELS / "model.json"
_SOURCES = ("config.yml", "domain.yml", "data/nlu", "data/rules", "data/responses", "data/content", "assistant/nlu")
_NOT_LEARNT = ROOT / "assistant" / "nlu" / "slots"  # rules, not part of a model


def _files() -> Iterator[Path]:
    for source in _SOURCES:
        path = ROOT / source
        found = sorted(p for p in path.rglob("*") if p.suffix in {".yml", ".py"}) if path.is_dir() else [path]
        yield from (each for each in found if _NOT_LEARNT not in each.parents)
    own = folder.present()
    if own is not None:
        yield from folder.files(own)


def fingerprint() -> str:
    """Of all that a model is made of: data, config, components, Rasa's version."""
    digest = hashlib.sha256(RASA.encode())
    for path in _files():
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def fits() -> bool:
    """Whether the model on disk was made of what is here now."""
    return MODEL.exists() and fingerprint_of_model() == fingerprint()


def fingerprint_of_model() -> str:
    """Of what the model on disk was made of; empty where that is not known."""
    try:
        return str(json.loads(_MADE_OF.read_text())["fingerprint"])
    except (OSError, ValueError, KeyError):
        return ""


def train() -> Path:
    """Train, and put the model in place only once it is whole."""
    from assistant import logs

    logs.configure()
    os.environ["LOG_LEVEL"] = "ERROR"  # a bar for each rule says nothing; the encoders' bars are what takes long
    import rasa.model_training

    made_of = fingerprint()
    started = time.monotonic()
    # it names a file that is about to be renamed
    with redirect_stdout(StringIO()), TemporaryDirectory() as woven:
        result = rasa.model_training.train(
            domain=str(ROOT / "domain.yml"),
            config=str(ROOT / "config.yml"),
            training_files=_training_files(Path(woven)),
            output=str(MODELS),
            fixed_model_name="model-new",
        )
    if result.code != 0 or result.model is None:
        raise SystemExit(result.code or 1)
    Path(result.model).replace(MODEL)
    seconds = round(time.monotonic() - started)
    _MADE_OF.write_text(json.dumps({"fingerprint": made_of, "seconds": seconds}) + "\n")
    return MODEL


def _training_files(woven: Path) -> list[str]:
    own = folder.present()
    learnt = [ROOT / "data" / "nlu", ROOT / "data" / "responses"] if own is None else weave(whole(own), woven)
    return [str(path) for path in (ROOT / "data" / "rules", *learnt)]


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m assistant.train", description="Train the model if none fits.")
    parser.add_argument("--force", action="store_true", help="train even when the model fits")
    options = parser.parse_args(arguments)
    if fits() and not options.force:
        sys.stdout.write("the model fits the present data\n")
        return
    sys.stdout.write("training the model (a minute or two; seconds when most sentences are known) …\n")
    try:
        model = train()
    except ContentInvalid as error:
        raise SystemExit(str(error)) from error
    sys.stdout.write(f"trained: {os.path.relpath(model)}\n")


if __name__ == "__main__":
    main()
