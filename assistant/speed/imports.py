"""Imports that libraries try and do without: pandas alone costs the start 0.5 s and 30 MB, and nobody here asks for it.

Each is hidden while the library is imported, and there for whoever imports it afterwards.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

TRIED = {
    "sklearn.utils.fixes": "pandas",  # for tables, which no estimator here is given
    "portalocker": "redis",  # for a lock that Rasa does not use: it locks the console
    "jsonschema._format": "rfc3987_syntax",  # compiles a grammar; Rasa checks no format of addresses
}
"""The module that tries, and what it tries to import."""


@contextmanager
def hidden(name: str) -> Iterator[None]:
    """No such module until the block ends, unless it is there already."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # what makes an import fail at once
    try:
        yield
    finally:
        if sys.modules.get(name) is None:
            sys.modules.pop(name, None)
