"""A database on PostgreSQL with the rows of an embedded one: half a second, where doing it all again takes thirty."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
_NUMBERED = (
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
    "AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL"
)
_GOES_ON = "SELECT setval(pg_get_serial_sequence({name}, {column}), max({of}), true) FROM {table}"


def copy_rows(embedded: Path, address: str) -> None:
    """Every row of the file as it is; `address` is of a database that the same migrations made."""
    url = make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
    with closing(sqlite3.connect(embedded)) as source, psycopg.connect(url) as target:
        target.execute("SET TIME ZONE 'UTC'")  # SQLite keeps instants in it, without saying so
        target.execute("SET session_replication_role = replica")  # no trigger and no order of tables
        for (table,) in source.execute(_TABLES).fetchall():
            _copy(source, target, table)
        for table, column in target.execute(_NUMBERED).fetchall():
            names = {"table": sql.Identifier(table), "of": sql.Identifier(column)}
            target.execute(sql.SQL(_GOES_ON).format(name=table, column=column, **names))


def _copy(source: sqlite3.Connection, target: psycopg.Connection[Any], table: str) -> None:
    rows = source.execute(f'SELECT * FROM "{table}"')
    columns = sql.SQL(", ").join(sql.Identifier(column) for column, *_ in rows.description)
    into = sql.Identifier(table)
    target.execute(sql.SQL("DELETE FROM {}").format(into))
    with target.cursor().copy(sql.SQL("COPY {} ({}) FROM STDIN").format(into, columns)) as copied:
        for row in rows:
            copied.write_row(row)
