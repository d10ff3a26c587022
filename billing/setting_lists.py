"""How a setting of several values is written."""

from __future__ import annotations


def listed(value: object) -> object:
    """`a b, c` as (`a`, `b`, `c`); what is no text as it is."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value
