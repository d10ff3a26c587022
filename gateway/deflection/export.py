"""The report as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from gateway.deflection.schemas import DeflectionReport, DeflectionRow
from gateway.sheets import safe


def as_csv(report: DeflectionReport) -> str:
    """A line a group, then one of all. Fields of a share are `<name>.count`, `.of`, `.share`, `.low` and `.high`."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([name for name, _ in _fields(report.total)])
    for row in [*report.rows, report.total]:
        writer.writerow([cell(value) for _, value in _fields(row)])
    return out.getvalue()


def cell(value: object) -> str:
    """What a spreadsheet reads as text or as a number, and never as a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return safe(text) if isinstance(value, str) else text


def _fields(row: DeflectionRow | BaseModel, before: str = "") -> Iterator[tuple[str, Any]]:
    for name in type(row).model_fields:
        value = getattr(row, name)
        if isinstance(value, BaseModel):
            yield from _fields(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value
