"""The example does what its comments say."""

from __future__ import annotations

import os
import subprocess
import sys

from billing.config import ROOT


def test_a_subscriptions_whole_life_runs_and_says_what_happened():
    done = subprocess.run(
        [sys.executable, "examples/subscription_life.py"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert said[0] == "the offer was changed meanwhile: it is looked at again"
    assert "active until 2026-02-28" in said
    assert "after a pause of 7 days until 2026-03-07" in said
    assert "already renewed from 2026-03-07" in said
    assert any(line.startswith("upgraded; credited") for line in said)
    assert any(line.endswith("[] the second time") for line in said)
    assert "expired - period" in said
