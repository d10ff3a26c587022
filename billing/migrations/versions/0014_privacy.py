"""Payloads that are forgotten; contact data encrypted, and addresses and notes taken out of the audit trail."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from billing.sealing import seal

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TEXTS = (
    ("request", "topic", False),
    ("request", "message", False),
    ("request", "contact", True),
    ("request", "answer", True),
    ("request_event", "note", True),
    ("alert_watch", "email", True),
)
_JSONS = (("request", "details"), ("request", "attached"), ("outbox_event", "body"))


def upgrade() -> None:
    op.add_column("outbox_event", sa.Column("forgotten", sa.Boolean(), nullable=False, server_default=sa.false()))
    for table, name, nullable in _TEXTS:
        _seal_text(table, name, nullable)
    for table, name in _JSONS:
        _seal_json(table, name)


def _seal_text(table: str, name: str, nullable: bool) -> None:
    """Into a column that holds what is longer: SQLite cannot change the type of one."""
    default = None if nullable else sa.text("''")
    op.add_column(table, sa.Column("sealed", sa.Text(), nullable=nullable, server_default=default))
    for key, row in _rows(table, name):
        _write(table, "sealed", sa.Text(), key, seal(row))
    op.drop_column(table, name)
    op.alter_column(table, "sealed", new_column_name=name) if _is_postgresql() else op.execute(
        f"ALTER TABLE {table} RENAME COLUMN sealed TO {name}"
    )


def _seal_json(table: str, name: str) -> None:
    for key, row in _rows(table, name, sa.JSON()):
        _write(table, name, sa.JSON(), key, seal(json.dumps(row, ensure_ascii=False)))


def _rows(table: str, name: str, kind: Any = None) -> list[tuple[Any, Any]]:
    key: sa.ColumnClause[Any] = sa.column(_key(table))
    column: sa.ColumnClause[Any] = sa.column(name, kind or sa.Text())
    found = op.get_bind().execute(sa.select(key, column).select_from(sa.table(table, key, column)))
    return [(number, value) for number, value in found if value is not None]


def _write(table: str, name: str, kind: Any, key: Any, value: Any) -> None:
    of: sa.ColumnClause[Any] = sa.column(_key(table))
    column: sa.ColumnClause[Any] = sa.column(name, kind)
    op.get_bind().execute(sa.update(sa.table(table, of, column)).where(of == key).values({column: value}))


def _key(table: str) -> str:
    return "account_id" if table == "alert_watch" else "id"


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def downgrade() -> None:
    raise NotImplementedError("contact data is not decrypted again: restore a backup")
