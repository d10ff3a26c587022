"""One cache of compiled statements for a process, where SQLAlchemy has one for each engine.

Each test has a database of its own, hence an engine of its own: it would compile every statement again, which takes
longer than to run them. A cache's keys hold the dialect; two of one class compile alike.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

_CACHE: LRUCache = LRUCache(4000)


def share() -> None:
    """For all engines from now on."""
    DefaultDialect.__eq__ = lambda self, other: type(self) is type(other)
    DefaultDialect.__hash__ = lambda self: hash(type(self))
    sa.event.listen(sa.Engine, "engine_connect", lambda connection: connection.execution_options(compiled_cache=_CACHE))
