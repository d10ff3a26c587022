from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from gateway.telemetry import metrics

_WORK = """
from gateway.telemetry import metrics
metrics.TURNS.labels("show_balance", "answered").inc()
metrics.TURNS_IN_HAND.inc()
print(metrics.scrape().decode())
"""


def test_whichever_worker_is_asked_tells_of_all(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "counter_1.db").write_text("of the last run")
    monkeypatch.delenv(metrics.FOLDER, raising=False)
    metrics.prepare(tmp_path)
    environment = os.environ | {metrics.FOLDER: str(tmp_path)}

    told = [
        subprocess.run(
            [sys.executable, "-c", _WORK], env=environment, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    ]

    assert 'billing_assistant_turns_total{outcome="answered",topic="show_balance"} 2.0' in told[1]
    assert "billing_assistant_turns_in_hand 2.0" in told[1]
