"""Channels' users, their places and their messages encrypted; looked up by keyed digests."""

import json
import secrets
from typing import Any

import sqlalchemy as sa
from alembic import op

from billing.sealing import seal
from gateway.channels.blind import hidden_stream, hidden_user

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_USERS: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "channel_link": (("user", "name"), ["channel", "workspace", "user"]),
    "channel_link_offer": (("user", "name"), []),
    "channel_conversation": (("user",), ["channel", "workspace", "user", "stream"]),
}
"""Columns of text to encrypt, and those that were unique together."""
_JSONS = (
    ("channel_link_offer", "place"),
    ("channel_conversation", "place"),
    ("channel_event", "heard"),
    ("channel_delivery", "call"),
)
_QUEUES = ("channel_event", "channel_delivery")


def upgrade() -> None:
    key = _new_key()
    for table in _QUEUES:
        with op.batch_alter_table(table) as batch:
            batch.alter_column("last_error", existing_type=sa.String(length=300), type_=sa.Text())
        _seal(table, "last_error")
    for table, (texts, unique) in _USERS.items():
        _widen(table, texts, unique)
        _index_users(table, key)
        for name in texts:
            _seal(table, name)
        with op.batch_alter_table(table) as batch:
            batch.alter_column("user_index", existing_type=sa.String(length=64), server_default=None)
            if unique:
                columns = ["user_index" if name == "user" else name for name in unique]
                batch.create_unique_constraint("_".join(("uq", table, *columns)), columns)
    for table, name in _JSONS:
        _seal_json(table, name)
    for table in (*_QUEUES, "channel_conversation", "channel_link_offer"):
        _hide_streams(table, key)


def _new_key() -> str:
    table = op.create_table(
        "blind_index_key",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blind_index_key")),
    )
    key = secrets.token_hex(32)
    op.bulk_insert(table, [{"id": 1, "key": seal(key)}])
    return key


def _widen(table: str, texts: tuple[str, ...], unique: list[str]) -> None:
    """What is encrypted is longer."""
    with op.batch_alter_table(table) as batch:
        if unique:
            batch.drop_constraint("_".join(("uq", table, *unique)), type_="unique")
        for name in texts:
            batch.alter_column(name, existing_type=sa.String(length=200), type_=sa.Text())
        batch.add_column(sa.Column("user_index", sa.String(length=64), nullable=False, server_default=""))


def _index_users(table: str, key: str) -> None:
    names = ("channel", "workspace", "user")
    for row in _rows(table, *names):
        _write(table, row[0], "user_index", sa.Text(), hidden_user(key, *row[1:]))


def _seal(table: str, name: str) -> None:
    for number, text in _rows(table, name):
        if text is not None:
            _write(table, number, name, sa.Text(), seal(text))


def _seal_json(table: str, name: str) -> None:
    """What is empty was kept as JSON's own null."""
    for number, value in _rows(table, name, kind=sa.JSON()):
        told = None if value is None else seal(json.dumps(value, ensure_ascii=False))
        _write(table, number, name, sa.JSON(none_as_null=True), told)


def _hide_streams(table: str, key: str) -> None:
    stream: sa.ColumnClause[str] = sa.column("stream", sa.Text())
    of = sa.table(table, stream)
    for plain in op.get_bind().scalars(sa.select(stream).select_from(of).distinct()).all():
        op.get_bind().execute(sa.update(of).where(stream == plain).values(stream=hidden_stream(key, plain)))


def _rows(table: str, *names: str, kind: Any = None) -> list[Any]:
    """All at once: columns that are being written are not read at the same time."""
    columns: list[sa.ColumnClause[Any]] = [sa.column(name, kind or sa.Text()) for name in names]
    number: sa.ColumnClause[Any] = sa.column(_primary(table))
    return list(op.get_bind().execute(sa.select(number, *columns).select_from(sa.table(table, number, *columns))))


def _write(table: str, number: Any, name: str, kind: Any, value: Any) -> None:
    key: sa.ColumnClause[Any] = sa.column(_primary(table))
    column: sa.ColumnClause[Any] = sa.column(name, kind)
    op.get_bind().execute(sa.update(sa.table(table, key, column)).where(key == number).values({column: value}))


def _primary(table: str) -> str:
    return "token_hash" if table == "channel_link_offer" else "id"


def downgrade() -> None:
    raise NotImplementedError("contact data is not decrypted again: restore a backup")
