"""Reading a bank statement: camt.053 where it is XML, CSV otherwise."""

from __future__ import annotations

from billing.errors import StatementUnreadable
from billing.transfers import table
from billing.transfers.statement import Statement

LARGEST = 10_000_000
"""Bytes of a statement."""


def read(content: bytes, *, currency: str | None = None) -> Statement:
    """All entries; those that cannot be read are named with the line and why. `currency`: where the file says none.

    Raises:
        StatementUnreadable: it is too large, or nothing that a statement is written in.
    """
    if len(content) > LARGEST:
        raise StatementUnreadable("too_large")
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or content.startswith(
        (b"\xff\xfe<\x00", b"\xfe\xff\x00<")
    ):
        from billing.transfers import camt  # brings lxml, which nothing else needs

        return camt.read(content)
    return table.read(content, currency=currency)
