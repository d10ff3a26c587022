"""The committed scripts are what their source builds, small, and right in what needs no browser."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

WIDGET = Path(__file__).resolve().parents[2] / "widget"
MOST = {"widget.js": 18_000, "widget.cards.js": 25_000, "receipt.html": 15_000}  # bytes, compressed
SCRIPTS = ("widget.js", "widget.cards.js")
BUILT = (*MOST, "widget.js.LEGAL.txt", "widget.d.ts")


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the source with what the lock names, installed without running anybody's scripts."""
    if shutil.which("npm") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("npm is missing")
        pytest.skip("npm is missing; who only uses the widget needs none")
    folder = tmp_path_factory.mktemp("widget") / "widget"
    shutil.copytree(WIDGET, folder, ignore=shutil.ignore_patterns("node_modules", "dist"))
    shutil.copytree(
        WIDGET.parent / "examples", folder.parent / "examples", ignore=shutil.ignore_patterns("node_modules")
    )
    _npm(folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    yield folder


def _npm(folder: Path, *arguments: str) -> None:
    done = subprocess.run(["npm", *arguments], cwd=folder, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_committed_scripts_are_what_the_source_builds(workshop: Path) -> None:
    _npm(workshop, "run", "build")
    for name in BUILT:
        assert (workshop / "dist" / name).read_bytes() == (WIDGET / "dist" / name).read_bytes(), (
            f"npm run build: {name}"
        )


def test_the_types_hold(workshop: Path) -> None:
    _npm(workshop, "run", "check")


def test_what_needs_no_browser_is_right(workshop: Path) -> None:
    _npm(workshop, "test")


@pytest.mark.parametrize("name", MOST)
def test_what_is_served_is_small(name: str) -> None:
    assert len(gzip.compress((WIDGET / "dist" / name).read_bytes(), 9)) <= MOST[name]


def test_every_page_loads_the_first_alone_which_knows_the_other_by_its_hash() -> None:
    version = hashlib.sha256((WIDGET / "dist" / "widget.cards.js").read_bytes()).hexdigest()[:16]
    assert f'"widget.cards.js?v={version}"' in (WIDGET / "dist" / "widget.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_names_no_other_address_and_evaluates_nothing(name: str) -> None:
    text = (WIDGET / "dist" / name).read_text(encoding="utf-8")
    addresses = set(re.findall(r"https?://[\w.-]+\.\w+", text))
    assert addresses <= {"http://www.w3.org"}  # the name of SVG's namespace, never fetched
    assert re.search(r"\beval\(|new Function\b", text) is None


def test_the_lock_names_no_registry() -> None:
    assert '"resolved"' not in (WIDGET / "package-lock.json").read_text(encoding="utf-8")
