"""JSON in one form only, so that the same values are the same bytes everywhere: RFC 8785 (JCS).

What is written here holds strings, whole numbers, lists and objects. For these the RFC comes down to: no white space;
members ordered by their names (3.2.3); strings as UTF-8 with the escapes of ECMAScript's JSON.stringify (3.2.2.2),
which `json.dumps` writes too; numbers without exponent or fraction, within what a double holds exactly (3.2.2.3, I-JSON
of RFC 7493). Anything else is refused, as are names beyond ASCII, whose order in UTF-16 Python's would not follow.
"""

from __future__ import annotations

import json
from typing import Any

_MOST = 2**53 - 1


class NotCanonical(ValueError):
    """A value that has no canonical form here."""


def canonical(value: Any) -> bytes:
    """The canonical bytes of a value.

    Raises:
        NotCanonical: a fraction, null, a truth value, a number beyond 2**53 - 1, a name beyond ASCII, a lone surrogate.
    """
    _check(value)
    try:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("text that is not Unicode") from error


def _check(value: Any) -> None:
    match value:
        case str():
            return
        case bool():
            raise NotCanonical(repr(value))
        case int() if -_MOST <= value <= _MOST:
            return
        case list():
            for item in value:
                _check(item)
        case dict():
            for name, item in value.items():
                if not (isinstance(name, str) and name.isascii()):
                    raise NotCanonical(f"the name {name!r}")
                _check(item)
        case _:
            raise NotCanonical(repr(value))
