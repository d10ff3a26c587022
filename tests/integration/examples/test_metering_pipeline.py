from __future__ import annotations

import os
import subprocess
import sys

from billing.config import ROOT


def test_the_metering_pipeline_charges_each_reading_once():
    done = subprocess.run(
        [sys.executable, "examples/metering_pipeline.py"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "60 accepted, 60 repeated, refused: usage_in_future, usage_too_old",
        "0.952 USD left, 0.00 USD owed, 0 mistakes in the ledger",
    ]
