"""Imports that libraries try and do without: pandas alone costs the start 0.5 s and 30 MB, and nobody here asks for it.

Each is hidden while the library is imported, and there for whoever imports it afterwards.
"""

from __future__ import annotations

import importlib.abc
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager

TRIED = {
    "sklearn.utils.fixes": "pandas",  # for tables, which no estimator here is given
    "portalocker": "redis",  # for a lock that Rasa does not use: it locks the console
    "jsonschema._format": "rfc3987_syntax",  # compiles a grammar; Rasa checks no format of addresses
}
"""The module that tries, and what it tries to import."""


def without(loader: importlib.abc.Loader, name: str) -> None:
    """Let the loader import without that module, unless it is there already."""
    run = loader.exec_module

    def exec_module(module: types.ModuleType) -> None:
        with _hidden(name):
            run(module)

    loader.exec_module = exec_module  # type: ignore[method-assign]


@contextmanager
def _hidden(name: str) -> Iterator[None]:
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # what makes an import fail at once
    try:
        yield
    finally:
        if sys.modules.get(name) is None:
            sys.modules.pop(name, None)
