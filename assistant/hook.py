"""The import hook that lets Rasa 3.6.21 start without TensorFlow and on current dependencies.

`install()` costs nothing until `rasa` is imported. Then it checks the version, restores names that newer releases
dropped, serves placeholders for absent modules (`assistant.slim`), and patches a few modules right after they are
imported (`assistant.compat`, `assistant.speed`), in whatever order Rasa imports them.
`python -m assistant` writes the line that makes the plain `rasa` command do the same.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import sys
import types
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from importlib.metadata import version
from pathlib import Path

RASA = "3.6.21"
"""The last open-source release, and the only one that this package is written for."""

_PTH = "import importlib.util as u; u.find_spec('assistant') and __import__('assistant')\n"

_BEFORE = frozenset({"structlog.dev", "structlog.tracebacks", "fastapi._compat.shared", "fastapi._compat.v2"})
"""Imported before Rasa is, and patched all the same (`assistant.speed.imports`)."""

Patch = Callable[[types.ModuleType], None]


class RasaVersionMismatch(ImportError):
    """Another Rasa than the one that was proved to work is installed."""


class _Hook(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Prepares at the first import of `rasa`; afterwards serves placeholders and patches modules."""

    def __init__(self) -> None:
        self._ready = False
        self._placeholders: dict[str, Patch] = {}
        self._patches: dict[str, Patch] = {}
        self._treated: AbstractSet[str] = frozenset()

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if not self._ready:
            if name in _BEFORE:
                return self._patched(name, path)
            if name != "rasa":
                return None
            self._ready = True
            self._prepare()
        if name in self._placeholders:
            # a package, so that `from boto3.dynamodb.conditions import Key` resolves
            return importlib.machinery.ModuleSpec(name, self, origin="assistant.slim", is_package=True)
        if name in self._treated:
            return self._patched(name, path)
        return None

    def _patched(self, name: str, path: Sequence[str] | None) -> importlib.machinery.ModuleSpec | None:
        from assistant.speed import deferrals, deferred, imports

        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is None or spec.loader is None:
            return None
        run = spec.loader.exec_module
        patch, tried = self._patches.get(name) or imports.EARLY.get(name), imports.TRIED.get(name, ())

        def exec_module(module: types.ModuleType) -> None:
            if name in deferrals.DEFERRED:
                deferred.waits(spec.loader, module)
            with imports.hidden(*tried):
                run(module)
            if patch is not None:
                patch(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return types.ModuleType(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        self._placeholders[module.__name__](module)

    def _prepare(self) -> None:
        found = version("rasa")
        if found != RASA:
            raise RasaVersionMismatch(f"this project is written for rasa {RASA}, found {found}: run `make install`")
        os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
        from assistant import compat, slim, speed
        from assistant.speed import deferrals, imports

        compat.restore_dropped_names()
        self._placeholders = slim.placeholders()
        self._patches = {**compat.PATCHES, **speed.PATCHES}
        self._treated = {*self._patches, *imports.TRIED, *imports.EARLY, *deferrals.DEFERRED}


def install() -> None:
    """Put the hook in front of the import system, once."""
    if not any(type(finder).__name__ == "_Hook" for finder in sys.meta_path):
        sys.meta_path.insert(0, _Hook())


def write_pth() -> Path:
    """Write the line that installs the hook at every start of this environment's Python."""
    import sysconfig

    target = Path(sysconfig.get_path("purelib")) / "zz_billing_assistant.pth"
    target.write_text(_PTH)
    return target
