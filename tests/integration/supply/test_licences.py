from __future__ import annotations

import json
import re
import subprocess
import sys

from packaging.markers import Marker
from packaging.requirements import Requirement

from billing.config import ROOT

_WEAK = re.compile(r"(?<![A-Z])(LGPL|MPL)|Lesser General|Mozilla", re.IGNORECASE)
_STRONG = re.compile(r"(?<![L])(GPL|AGPL)|Affero|(?<!Lesser )General Public", re.IGNORECASE)
WEAK = {"bidict", "certifi", "fpdf2", "psycopg", "psycopg-binary", "psycopg2-binary", "tqdm"}
"""Argued in docs/dependencies.md: used unmodified, as packages of their own."""


def locked() -> set[str]:
    lines = [line.rstrip(" \\") for line in (ROOT / "requirements.lock").read_text().splitlines()]
    named = [Requirement(line) for line in lines if re.match(r"[a-z0-9]", line, re.IGNORECASE)]
    return {_plain(each.name) for each in named if each.marker is None or Marker(str(each.marker)).evaluate()}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def licences() -> dict[str, str]:
    told = subprocess.run(
        [sys.executable, "-m", "piplicenses", "--from=mixed", "--with-system", "--format=json"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return {_plain(each["Name"]): each["License"] for each in json.loads(told)}


def test_nothing_that_ships_is_under_a_strong_copyleft_and_each_weak_one_is_argued() -> None:
    known, names = licences(), locked()
    assert names <= known.keys(), names - known.keys()
    told = {name: known[name] for name in names}

    assert {name: each for name, each in told.items() if _STRONG.search(each) and not _WEAK.search(each)} == {}
    assert {name for name, each in told.items() if _WEAK.search(each)} <= WEAK
    argued = (ROOT / "docs" / "dependencies.md").read_text().partition("## Licences of the whole lock")[2]
    assert all(name in argued for name in WEAK)
