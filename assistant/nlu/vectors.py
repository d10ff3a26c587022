"""Vectors that need not be computed again.

Two places: `models/` keeps all of the last training, exactly; `data/vectors/` comes with the repository and holds the
slow encoder's vectors of the sentences that come with it, in bytes, a file for each file of `data/nlu/`. They are what
takes most of a first training. A sentence that is in neither is encoded: nothing has to be kept for a model to be
right. `python -m assistant.nlu.ship` writes `data/vectors/` anew where sentences changed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "vectors"
Vector = NDArray[np.float32]
_STEPS = 127


class Shipped(NamedTuple):
    """Vectors in bytes: `values * scales / 127`, the keys of their texts, and the version of the encoder."""

    version: str
    keys: NDArray[np.str_]
    scales: NDArray[np.float32]
    values: NDArray[np.int8]

    @classmethod
    def of(cls, known: Mapping[str, Vector], encoder_version: str) -> Shipped:
        """In bytes: each number within 1/254 of the largest of its vector."""
        keys = sorted(known)
        vectors = np.stack([known[key] for key in keys])
        scales = np.abs(vectors).max(axis=1)
        values = np.rint(vectors / scales[:, None] * _STEPS).astype(np.int8)
        return cls(encoder_version, np.array(keys), scales.astype(np.float32), values)

    @classmethod
    def load(cls, path: Path) -> Shipped | None:
        """What the file holds; None where it is missing or damaged."""
        try:
            with np.load(path, allow_pickle=False) as kept:
                return cls(str(kept["version"]), kept["keys"], kept["scales"], kept["values"])
        except (OSError, ValueError, KeyError, BadZipFile):
            return None

    def save(self, path: Path) -> None:
        """Write the file; the same vectors are the same bytes."""
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(path, **self._asdict())

    def vectors(self) -> dict[str, Vector]:
        """By key."""
        wide = self.values.astype(np.float32) * (self.scales / _STEPS)[:, None]
        return dict(zip(self.keys.tolist(), wide, strict=True))


def key(text: str) -> str:
    """What a vector is found by."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def shipped(name: str, encoder_version: str, folder: Path = SHIPPED) -> dict[str, Vector]:
    """By key, those that came with the repository; none where they are of another version of the encoder."""
    found: dict[str, Vector] = {}
    for path in sorted((folder / name).rglob("*.npz")):
        kept = Shipped.load(path)
        if kept is not None and kept.version == encoder_version:
            found |= kept.vectors()
    return found


def read(path: Path) -> dict[str, Vector]:
    """By key, those of the last training; none where the file is missing or damaged."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            return dict(zip(kept["keys"].tolist(), kept["vectors"], strict=True))
    except (OSError, ValueError, KeyError, BadZipFile):
        return {}


def write(path: Path, known: Mapping[str, Vector]) -> None:
    """Keep them, exactly; a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(f".{os.getpid()}.npz")
    np.savez(new, keys=np.array(list(known)), vectors=np.stack(list(known.values())))
    new.replace(path)
