"""The training sentences as they stand in `data/nlu/`, without Rasa."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from assistant import yaml_files

OUT_OF_SCOPE = "out_of_scope"
FOLDER = Path(__file__).resolve().parents[2] / "data" / "nlu"


def files(folder: Path = FOLDER) -> list[Path]:
    """The files of all languages and topics, in order."""
    return sorted(folder.rglob("*.yml"))


def sentences(path: Path) -> Iterator[tuple[str, str]]:
    """(topic, text) of each sentence of a file."""
    for block in yaml_files.read(path)["nlu"]:
        for line in block["examples"].strip().splitlines():
            yield block["intent"], line.removeprefix("- ").strip()


def normal(text: str) -> str:
    """The letters and digits alone: two sentences that differ in nothing else are one."""
    return re.sub(r"[^\w\s]+|_", "", unicodedata.normalize("NFKC", text).lower()).strip() or text
