"""What became of what customers asked."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from gateway.deflection.export import as_csv
from gateway.deflection.schemas import By, DeflectionReport
from gateway.deflection.service import Deflection
from gateway.routes.operator.common import Door

router = APIRouter(prefix="/deflection")

Since = Annotated[date, Query(alias="from", description="The first day, UTC.")]
Until = Annotated[date, Query(alias="to", description="The last day.")]
Groups = Annotated[list[By], Query(description="In groups of these.")]
_CSV = "text/csv"


@router.get("")
def report_deflection(billing: Door, since: Since, until: Until, by: Groups = []) -> DeflectionReport:  # noqa: B006
    """Confirmed, assumed, escalated, abandoned and came back, with 95 % intervals. 422 `period_invalid`."""
    return Deflection(billing).report(since, until, by)


@router.get("/csv", response_class=Response, responses={200: {"content": {_CSV: {}}}})
def export_deflection(billing: Door, since: Since, until: Until, by: Groups = []) -> Response:  # noqa: B006
    """The same as CSV, safe to open in a spreadsheet. 422 `period_invalid`."""
    name = f'attachment; filename="deflection-{since}-{until}.csv"'
    written = as_csv(Deflection(billing).report(since, until, by))
    return Response(written, media_type=f"{_CSV}; charset=utf-8", headers={"Content-Disposition": name})
