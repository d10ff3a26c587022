"""Importing usage from a file of JSON lines: `{"source", "id", "account", "service", "time", "quantity"}`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.orm import Session

from billing.errors import BillingError
from billing.metering import service
from billing.schemas import ImportResult, LineError


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("holds a NUL, which no database keeps")
    return text


Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_without_nul)]


class UsageLine(BaseModel):
    """One line of the file."""

    model_config = ConfigDict(extra="forbid")

    source: Name
    id: Name
    account: Name
    service: Name
    time: AwareDatetime
    quantity: Decimal


def import_lines(
    session: Session, path: Path, *, now: datetime, on_progress: Callable[[int], None] = lambda done: None
) -> ImportResult:
    """Record every line that can be; a line that cannot is refused with its reason, the rest kept."""
    accepted = repeated = 0
    refused: list[LineError] = []
    for number, text in _lines(path):
        try:
            line = UsageLine.model_validate_json(text)
            with session.begin_nested():
                outcome = service.record(
                    session,
                    line.account,
                    source=line.source,
                    event_id=line.id,
                    service=line.service,
                    quantity=line.quantity,
                    at=line.time,
                    now=now,
                )
        except ValidationError as error:
            first = error.errors()[0]
            refused.append(LineError(line=number, reason=f"{'.'.join(map(str, first['loc']))}: {first['msg']}"))
        except BillingError as error:
            refused.append(LineError(line=number, reason=f"{error.code}: {error}"))
        else:
            accepted += outcome == "accepted"
            repeated += outcome == "repeated"
        on_progress(number)
    return ImportResult(accepted=accepted, repeated=repeated, refused=refused)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield number, line
