"""`python -m assistant.nlu.ship`: write `data/vectors/` anew where sentences changed (`assistant.nlu.vectors`)."""

from __future__ import annotations

import sys
from pathlib import Path

from assistant.nlu.encoders import LONGEST, encode_all, version_of
from assistant.nlu.sentences import FOLDER, files, sentences
from assistant.nlu.vectors import SHIPPED, Shipped, key

SLOW = "e5"
"""The encoder whose vectors are worth their place: four fifths of the time that encoding takes."""


def changed(folder: Path = SHIPPED, data: Path = FOLDER) -> dict[Path, list[str]]:
    """The files whose sentences are not those of `data`, with the texts that they should hold; none: to be dropped."""
    texts = {_place(folder, path.relative_to(data)): _texts(path) for path in files(data)}
    wanted = {old: texts.get(old, []) for old in (folder / SLOW).rglob("*.npz")} | texts
    return {place: found for place, found in wanted.items() if not _fits(place, found)}


def ship(folder: Path = SHIPPED, data: Path = FOLDER) -> list[Path]:
    """Write or drop what changed, and say which files these are."""
    wanted = changed(folder, data)
    every = sorted({text for texts in wanted.values() for text in texts})
    vectors = dict(zip(map(key, every), encode_all(SLOW, every), strict=True)) if every else {}
    for place, texts in wanted.items():
        if texts:
            Shipped.of({key(text): vectors[key(text)] for text in texts}, version_of(SLOW)).save(place)
        else:
            place.unlink()
    return list(wanted)


def _place(folder: Path, path: Path) -> Path:
    return (folder / SLOW / path).with_suffix(".npz")


def _texts(path: Path) -> list[str]:
    return [text[:LONGEST] for _, text in sentences(path)]


def _fits(place: Path, texts: list[str]) -> bool:
    kept = Shipped.load(place)
    return kept is not None and kept.version == version_of(SLOW) and set(kept.keys.tolist()) == set(map(key, texts))


if __name__ == "__main__":
    for each in ship():
        sys.stdout.write(f"{each.relative_to(SHIPPED.parent.parent)}\n")
