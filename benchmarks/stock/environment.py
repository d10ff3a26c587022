"""The environment of the stock assistant: unmodified Rasa 3.6.21 on Python 3.10, by a hash-pinned lock of its own.

`python -m benchmarks.stock.environment` installs it under var/stock; `… environment lock` writes the lock anew.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.stock.fingerprint import of_files

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "var" / "stock"
"""All that is built: the environment, the project with its model. Ignored by git, kept between runs."""
LOCK = Path(__file__).with_name("requirements.lock")
RASA = "rasa==3.6.21"
BIN = HOME / "env" / "bin"
_DONE = HOME / "env" / "lock.sha256"


class NoPython(RuntimeError):
    """No Python 3.10 was found: Rasa 3.6.21 as released runs on none later."""


def say(text: str) -> None:
    """A step that takes long."""
    sys.stdout.write(f"stock: {text}\n")
    sys.stdout.flush()


def uv() -> str:
    """The machine's uv, or the one that `make` installs."""
    return shutil.which("uv") or str(ROOT / ".uv" / "bin" / "uv")


def python() -> str:
    """A Python 3.10.

    Raises:
        NoPython: says where one was looked for.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    places = [*sorted(map(str, pyenv.glob("3.10.*/bin/python3.10"))), shutil.which("python3.10")]
    found = next((place for place in places if place and _is_right(place)), None) or _of_uv()
    if found is None:
        raise NoPython("the stock assistant needs Python 3.10: none on the PATH, under ~/.pyenv, nor known to uv")
    return found


def _is_right(place: str) -> bool:
    asked = [place, "-c", "import sys; sys.exit(sys.version_info[:2] != (3, 10))"]  # a shim may stand for none
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def _of_uv() -> str | None:
    found = subprocess.run([uv(), "python", "find", "3.10"], capture_output=True, text=True, check=False)
    return found.stdout.strip() or None if found.returncode == 0 else None


def ready() -> Path:
    """The folder of its commands, installed when what is there is not what the lock names."""
    wanted = of_files(LOCK)
    if _DONE.exists() and _DONE.read_text() == wanted:
        return BIN
    say("installing its environment (2.5 GB; 15 s to a few minutes) …")
    subprocess.run([uv(), "venv", "--quiet", "--clear", "--no-config", "--python", python(), BIN.parent], check=True)
    install = [uv(), "pip", "sync", "--quiet", "--no-config", "--require-hashes", "--python", BIN / "python", LOCK]
    subprocess.run(install, check=True)
    _DONE.write_text(wanted)
    return BIN


def lock() -> None:
    """Write the lock: hashes, and no address."""
    compiled = (
        "pip", "compile", "--quiet", "--no-config", "--python-version", "3.10", "--generate-hashes",
        "--no-annotate", "--no-header", "--no-emit-index-url", "--output-file", LOCK, "-",
    )  # fmt: skip
    subprocess.run([uv(), *compiled], input=RASA, text=True, check=True)


if __name__ == "__main__":
    lock() if sys.argv[1:] == ["lock"] else ready()
