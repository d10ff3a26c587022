"""Running an example as a reader would."""

from __future__ import annotations

import os
import subprocess
import sys

from billing.config import ROOT


def said_by(example: str) -> list[str]:
    """The lines that `examples/<example>` prints; it must end well."""
    done = subprocess.run(
        [sys.executable, f"examples/{example}"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()
