"""Importing usage from a file, as a stream: JSON lines (own fields or CloudEvents) or CSV, a part at a time."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from billing.errors import BillingError, UsageInvalid
from billing.metering import cloud_events, service
from billing.metering.batch import Verdict
from billing.metering.schemas import NewUsage, UsageInput
from billing.schemas import LineError

PART = 5_000
"""Events of one transaction: enough that its fixed cost is spread, few enough that accounts are not held long."""


class Line(NamedTuple):
    """A line of the file, counted from 1; `read` bytes of the file lie before its end."""

    number: int
    event: UsageInput | BillingError
    read: int


def lines(path: Path) -> Iterator[Line]:
    """The file's events, one after the other: never more than a line of it is held."""
    return _csv(path) if path.suffix.lower() == ".csv" else _json_lines(path)


def parts(path: Path) -> Iterator[list[Line]]:
    """The events in parts, each for a transaction of its own."""
    stream = lines(path)
    while part := list(islice(stream, PART)):
        yield part


def refused(part: Sequence[Line], verdicts: Sequence[Verdict]) -> list[LineError]:
    """The lines that were refused, with the code and the reason."""
    return [
        LineError(line=line.number, reason=f"{verdict.code}: {service.reason(verdict)}")
        for line, verdict in zip(part, verdicts, strict=True)
        if isinstance(verdict, BillingError)
    ]


def _json_lines(path: Path) -> Iterator[Line]:
    read = 0
    with path.open("rb") as file:
        for number, text in enumerate(file, start=1):
            read += len(text)
            if text.strip():
                yield Line(number, _event(text), read)


def _event(text: bytes) -> UsageInput | BillingError:
    try:
        return NewUsage.model_validate_json(text)
    except ValidationError as error:
        if b'"specversion"' in text:
            return _cloud_event(text)
        return UsageInvalid(_first(error))


def _cloud_event(text: bytes) -> UsageInput | BillingError:
    try:
        return cloud_events.event(json.loads(text))
    except BillingError as refusal:
        return refusal
    except (ValueError, RecursionError):
        return UsageInvalid("not JSON")


def _csv(path: Path) -> Iterator[Line]:
    """With a first line that names the columns: source, id, account, service, time, quantity."""
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        reader = csv.DictReader(file)
        read = 0
        for row in reader:
            read += sum(len(value or "") + 1 for value in row.values() if not isinstance(value, list))
            try:
                event: UsageInput | BillingError = NewUsage.model_validate({str(k): v for k, v in row.items()})
            except ValidationError as error:
                event = UsageInvalid(_first(error))
            yield Line(reader.line_num, event, read)


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}".removeprefix(": ")
