"""Imports that libraries try and do without: pandas alone costs the start 0.5 s and 30 MB, and nobody here asks for it.

Each is hidden while the library is imported, and there for whoever imports it afterwards.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import ModuleType
from typing import Any

TRIED = {
    # for tracebacks in colour, which no log here has
    "structlog.dev": ("rich",),
    "structlog.tracebacks": ("rich",),
    "sklearn.utils.fixes": ("pandas",),  # for tables, which no estimator here is given
    "portalocker": ("redis",),  # for a lock that Rasa does not use: it locks the console
    # one of them compiles a grammar, one brings a library of dates: Rasa checks no format of addresses or times
    "jsonschema._format": (
        "fqdn", "idna", "isoduration", "jsonpointer", "rfc3339_validator", "rfc3986_validator", "rfc3987",
        "rfc3987_syntax", "uri_template", "webcolors",
    ),
}  # fmt: skip
"""The module that tries, and what it tries to import."""


def of_old_models(shared: ModuleType) -> None:
    """FastAPI imports the whole of pydantic.v1 to ask whether a class is of it: one is only where that is imported."""
    for name in ("is_pydantic_v1_model_class", "is_pydantic_v1_model_instance"):
        setattr(shared, name, _where_there_is_v1(getattr(shared, name)))


def _where_there_is_v1(asked: Callable[[Any], bool]) -> Callable[[Any], bool]:
    @wraps(asked)
    def known(value: Any) -> bool:
        return "pydantic.v1" in sys.modules and asked(value)

    return known


def checking_later(fields: ModuleType) -> None:
    """FastAPI compiles how each argument and answer of each route is checked: 0.25 s, for the few that are asked for.

    Here each is compiled at its first use. Two threads at once may both do so, to the same end.
    """
    field = fields.ModelField
    compiled = field.__post_init__

    class Checks:
        """What FastAPI's own sets on the field, which is found there from then on."""

        def __get__(self, of: Any, kind: Any = None) -> Any:
            compiled(of)
            return vars(of)["_type_adapter"]

    @wraps(compiled)
    def __post_init__(self: Any) -> None:  # noqa: N807  a dataclass has it
        pass

    field.__post_init__, field._type_adapter = __post_init__, Checks()


EARLY = {"fastapi._compat.shared": of_old_models, "fastapi._compat.v2": checking_later}
"""What is patched whether or not Rasa is imported."""


@contextmanager
def hidden(*names: str) -> Iterator[None]:
    """No such modules until the block ends, except those that are there already."""
    absent = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # None makes an import fail at once
    try:
        yield
    finally:
        for name in absent:
            if sys.modules.get(name) is None:
                sys.modules.pop(name, None)
