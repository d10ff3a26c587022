"""What became of enquiries, drawn with the intervals that the figures have, and a table of the same below."""

from __future__ import annotations

from datetime import UTC, date, timedelta

from fastapi import APIRouter
from fastapi.responses import Response

from gateway.console.charts import shares
from gateway.console.guard import Here
from gateway.console.roles import may
from gateway.console.route import ConsoleRoute
from gateway.console.visit import Visit
from gateway.deflection.export import as_csv
from gateway.deflection.schemas import By, DeflectionReport
from gateway.deflection.service import Deflection
from gateway.errors import Problem

GROUPS: tuple[By, ...] = ("topic", "language", "day")
DAYS = 30

router = APIRouter(route_class=ConsoleRoute)


@router.get("/deflection")
@may("deflection")
def show_deflection(visit: Here) -> Response:
    """The last 30 days in groups of topics, where nothing else is asked for."""
    try:
        report = _report(visit)
    except Problem as refused:
        return visit.refused("deflection.html", refused, report=None, drawn=[], groups=GROUPS)
    drawn = [(row, shares(row.outcomes, visit.words)) for row in (report.total, *report.rows)]
    return visit.page("deflection.html", report=report, drawn=drawn, groups=GROUPS, error=None)


@router.get("/deflection/csv")
@may("deflection")
def export_deflection(visit: Here) -> Response:
    """The same as a sheet: counts of enquiries, nothing of anybody."""
    report = _report(visit)
    name = f'attachment; filename="deflection-{report.since}-{report.until}.csv"'
    return Response(as_csv(report), media_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})


def _report(visit: Visit) -> DeflectionReport:
    today = visit.billing.now().astimezone(UTC).date()
    since, until = _day(visit, "from", today - timedelta(days=DAYS - 1)), _day(visit, "to", today)
    by: By = next((each for each in GROUPS if each == visit.asked("by")), GROUPS[0])
    return Deflection(visit.billing).report(since, until, [by])


def _day(visit: Visit, name: str, otherwise: date) -> date:
    asked = visit.asked(name, 10)
    try:
        return date.fromisoformat(asked) if asked else otherwise
    except ValueError:
        raise Problem(422, "period_invalid", "A day of the period is not a date.") from None
