"""A table for people, a JSON file for programs; each names the machine and the date."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).resolve().parent / "results"


def machine() -> dict[str, Any]:
    """What was measured on."""
    model = ""
    if (info := Path("/proc/cpuinfo")).exists():
        model = next((line.split(":")[1].strip() for line in info.read_text().splitlines() if "model name" in line), "")
    return {"cpu": model or platform.machine(), "cores": os.cpu_count(), "python": platform.python_version()}


def publish(name: str, title: str, rows: list[dict[str, Any]]) -> None:
    """Print the rows and write them to `results/<name>.json`."""
    here, date = machine(), datetime.now(UTC).date().isoformat()
    table = Table(*rows[0], title=f"{title}\n{date}, {here['cores']} cores, {here['cpu']}, Python {here['python']}")
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    Console(width=130).print(table)
    RESULTS.mkdir(exist_ok=True)
    report = {"title": title, "date": date, "machine": here, "rows": rows}
    (RESULTS / f"{name}.json").write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
