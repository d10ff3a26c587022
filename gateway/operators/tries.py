"""Failed tries to sign in, counted for each name and address, with waits that grow. In the caller's transaction.

The library `limits`, by which calls are counted (`gateway.rates`), would be weaker here. It keeps counts in memory or
in Redis: without a Redis they end with the process and are one for each, and `gateway.rates` lets all pass while Redis
is away. Its windows have one length, where these waits double; and a right password could not take its own try back
from the address without the tries of others. A row in the database that has the passwords has none of that.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gateway.operators.models import SignInTries

FREE = {"name": 5, "address": 30}
"""Tries before there is a wait. An office shares an address, so that it may have more."""
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN = timedelta(hours=24)
"""After the last try."""


def claim(session: Session, name: str, address: str, at: datetime) -> timedelta | None:
    """Count one try before it is made; how long to wait where it may not be made (then it is not counted).

    Counted first, many tries at once are as many as they are. Names are counted alike whether or not they are there.
    """
    rows = [_row(session, kind, said, at) for kind, said in (("name", name), ("address", address))]
    wait = max(row.wait_until - at for row in rows)
    if wait > timedelta():
        return wait
    for row, free in zip(rows, FREE.values(), strict=True):
        row.failed, row.last_at = row.failed + 1, at
        if row.failed >= free:
            row.wait_until = at + min(FIRST_WAIT * 2 ** min(row.failed - free, 10), LONGEST_WAIT)
    return None


def succeeded(session: Session, name: str, address: str, at: datetime) -> None:
    """The try was none that failed: the name begins anew, the address has one less."""
    of_name, of_address = (_row(session, kind, said, at) for kind, said in (("name", name), ("address", address)))
    session.delete(of_name)
    of_address.failed = max(of_address.failed - 1, 0)
    of_address.wait_until = at


def _row(session: Session, kind: str, said: str, at: datetime) -> SignInTries:
    subject = hashlib.sha256(f"{kind}:{said}".encode()).hexdigest()
    row = session.get(SignInTries, subject, with_for_update=True)
    if row is None:
        row = SignInTries(subject=subject, failed=0, last_at=at, wait_until=at)
        session.add(row)
        session.flush()
    elif at - row.last_at > FORGOTTEN:
        row.failed = 0
    return row
