"""Writing many rows at once: COPY on PostgreSQL, multi-row inserts elsewhere. Append-only tables only need this."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
import sqlalchemy.exc
from sqlalchemy.orm import Session

from billing.db import Base, Instant, insert_of

Change = Callable[[Any, Any], dict[str, Any]]
"""The new values by column, from the columns kept and those that were to be written."""
COPY_FROM = 64
"""Rows from which PostgreSQL is written to by COPY; below it, setting one up costs more than it saves."""


def reserve(session: Session, model: type[Base], count: int) -> list[int]:
    """Ids for `count` new rows, that nobody else gets: of the sequence, or after the last where SQLite is locked."""
    table = _table(model)
    if session.get_bind().dialect.name == "postgresql":
        sequence = sa.func.nextval(sa.func.pg_get_serial_sequence(table.name, "id"))
        numbers = sa.select(sequence.label("number")).select_from(sa.func.generate_series(1, count)).subquery()
        return list(session.scalar(sa.select(sa.func.array_agg(numbers.c.number))) or [])
    last = session.scalar(sa.select(sa.func.max(table.c.id))) or 0
    return list(range(last + 1, last + 1 + count))


def insert(session: Session, model: type[Base], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write the rows in this transaction; values stand in the order of `columns`.

    Raises:
        sqlalchemy.exc.IntegrityError: a constraint is broken, whichever way was taken.
    """
    if not rows:
        return
    table = _table(model)
    if session.get_bind().dialect.name == "postgresql" and len(rows) >= COPY_FROM:
        _copy(session, table, columns, rows)
        return
    session.execute(sa.insert(table), [dict(zip(columns, row, strict=True)) for row in rows])


def upsert(
    session: Session, model: type[Base], columns: Sequence[str], rows: Sequence[Sequence[Any]], change: Change
) -> None:
    """Write the rows in this transaction; one whose primary key is there is changed instead, as `change` says.

    No key may stand twice among the rows.
    """
    if not rows:
        return
    dialect = session.get_bind().dialect.name
    statement = _upsert(dialect, _table(model), tuple(columns), change)
    named = [dict(zip(columns, row, strict=True)) for row in rows]
    if dialect == "postgresql":
        session.execute(statement, {"rows": json.dumps(named, default=str)})
    else:
        session.execute(statement, named)


@cache
def _upsert(dialect: str, table: sa.Table, columns: tuple[str, ...], change: Change) -> sa.Executable:
    """On PostgreSQL the rows go as one JSON text: a third of the time that a row a parameter set takes."""
    insert = insert_of(dialect)(table)
    if dialect == "postgresql":
        given = sa.func.json_to_recordset(sa.cast(sa.bindparam("rows", type_=sa.Text), sa.JSON))
        source = given.table_valued(*(sa.column(name, table.c[name].type) for name in columns))
        insert = insert.from_select(columns, sa.select(source.render_derived(with_types=True)))
    statement: sa.Executable = insert.on_conflict_do_update(
        index_elements=list(table.primary_key), set_=change(table.c, insert.excluded)
    )
    return statement


def _copy(session: Session, table: sa.Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    import psycopg.errors

    connection = session.connection().connection.driver_connection
    assert connection is not None
    types = [_type(table.c[name]) for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    statement = f"COPY {table.name} ({names}) FROM STDIN (FORMAT BINARY)"
    try:
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types(types)
            write = copy.write_row
            for row in rows:
                write(row)
    except psycopg.errors.IntegrityError as error:
        raise sa.exc.IntegrityError(statement, None, error) from error
    except psycopg.errors.OperationalError as error:
        raise sa.exc.OperationalError(statement, None, error) from error


def _table(model: type[Base]) -> sa.Table:
    return Base.metadata.tables[model.__tablename__]


def _type(column: sa.Column[Any]) -> str:
    if isinstance(column.type, Instant):
        return "timestamptz"
    return "int8" if isinstance(column.type, sa.BigInteger) else "varchar"
