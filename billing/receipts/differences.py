"""Where a receipt differs from the one that was issued: a signature says that it does, never where."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from billing.db import Database
from billing.receipts.models import SignedReceipt


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that is not as it was issued, named by the way to it; None where one of both has none."""

    field: str
    said: str | None
    issued: str | None


def issued(url: str, receipt_id: str) -> bytes | None:
    """The file of that id as it was issued, from the database at an address; None where there is none to ask.

    Nothing is made or brought up to date: a database that does not answer, or knows no receipts, is none.
    """
    path = make_url(url).database
    if url.startswith("sqlite") and (not path or not Path(path).exists()):
        return None
    database = Database(url)
    try:
        with database.snapshot() as session:
            content = session.scalar(sa.select(SignedReceipt.content).where(SignedReceipt.id == receipt_id))
    except DBAPIError:
        return None
    finally:
        database.close()
    return None if content is None else content.encode()


def differences(content: bytes, kept: bytes) -> list[Difference]:
    """Every value of a file that is not the kept one's, by name; none: it is only written otherwise.

    Raises:
        ValueError: the file is no JSON.
    """
    said, was = dict(_values(json.loads(content))), dict(_values(json.loads(kept)))
    names = sorted(name for name in said.keys() | was.keys() if said.get(name) != was.get(name))
    return [Difference(name.removeprefix("receipt."), said.get(name), was.get(name)) for name in names]


def _values(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Each value and the way to it, items of a list by their number; what is empty is a value, too."""
    if not value or not isinstance(value, dict | list):
        yield name, value if isinstance(value, str) else json.dumps(value)
        return
    for key, item in value.items() if isinstance(value, dict) else enumerate(value, 1):
        yield from _values(item, f"{name}.{key}" if name else str(key))
