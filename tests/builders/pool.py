"""Databases of a PostgreSQL server that are emptied and lent again: a tenth of what making and dropping one takes.

One that is not provably as its template is, row by row and in its catalogue, is dropped, and a new copy made.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.builders import databases

_CATALOGUES = ("pg_class", "pg_attribute", "pg_attrdef", "pg_constraint", "pg_index", "pg_trigger", "pg_proc")
_SHAPE = " UNION ALL ".join(f"SELECT count(*), max(xmin::text::bigint) FROM {name}" for name in _CATALOGUES)
"""What any CREATE, ALTER or DROP changes: each row of a catalogue names the transaction that wrote it."""
_TABLES = (
    "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY 1"
)
_OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
_SEQUENCES = "SELECT setval(format('%I.%I', schemaname, sequencename), start_value, false) FROM pg_sequences"
_COUNTED = "SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL"
_LEAVES_WITHIN = 0.3
"""Seconds in which a connection that was closed is gone from the server too."""
_MANY = 3000
"""Rows of a table beyond which what they leave in their files would slow down the next test."""

_idle: dict[str, list[str]] = {}


@dataclass(frozen=True)
class _Template:
    """What a database must be again: its catalogue, and the few rows that migrations write."""

    shape: list[Any]
    tables: list[str]
    rows: dict[str, list[Any]]


@contextmanager
def lent(server: str, template: str) -> Iterator[str]:
    """The address of a database that is as the template is (an address too); its commits wait for no disk."""
    idle = _idle.setdefault(template, [])
    address = idle.pop() if idle else databases.create(server, template, durable=False)
    yield address
    if _emptied(address, _template(template)):
        idle.append(address)
    else:
        databases.drop(server, address)


def end(server: str) -> None:
    """Drop what nobody has now."""
    for address in (each for idle in _idle.values() for each in idle):
        databases.drop(server, address)
    _idle.clear()


@cache
def _template(address: str) -> _Template:
    with _connected(address) as connection:
        tables = [name for (name,) in connection.execute(_TABLES)]
        assert not connection.execute(_COUNTED).fetchall(), "a template whose sequences have begun"
        rows = {name: _rows(connection, name) for name in _filled(connection, tables)}
        return _Template(connection.execute(_SHAPE).fetchall(), tables, rows)


def _emptied(address: str, template: _Template) -> bool:
    """Whether it is as the template is, after what a test wrote was deleted and its sequences begin anew."""
    with _connected(address) as connection:
        if not _alone(connection) or connection.execute(_SHAPE).fetchall() != template.shape:
            return False
        written = [name for name in _filled(connection, template.tables) if name not in template.rows]
        connection.execute("SET session_replication_role = replica")  # no trigger keeps what is kept for good
        for name in written:
            if connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name))).rowcount > _MANY:
                return False
        connection.execute(_SEQUENCES)
        return all(_rows(connection, name) == kept for name, kept in template.rows.items())


def _alone(connection: psycopg.Connection[Any]) -> bool:
    end = time.monotonic() + _LEAVES_WITHIN
    while connection.execute(_OTHERS).fetchall() != [(0,)]:
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


def _filled(connection: psycopg.Connection[Any], tables: list[str]) -> list[str]:
    each = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
    asked = sql.SQL(" UNION ALL ").join(each.format(sql.Literal(name), sql.Identifier(name)) for name in tables)
    return [name for (name,) in connection.execute(asked)]


def _rows(connection: psycopg.Connection[Any], table: str) -> list[Any]:
    return connection.execute(sql.SQL("SELECT t::text FROM {} t ORDER BY 1").format(sql.Identifier(table))).fetchall()


@contextmanager
def _connected(address: str) -> Iterator[psycopg.Connection[Any]]:
    url = make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection
