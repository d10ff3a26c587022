"""Offers that expire, are declined, and begin once they are paid; what a sales request names, and the CRM's answers."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for column in ("valid_until", "accepted_at", "declined_at"):
        op.add_column("subscription", sa.Column(column, _INSTANT, nullable=True))
    op.add_column("subscription", sa.Column("decline_reason", sa.String(length=1000), nullable=True))
    # in words of our own: SQLite takes a foreign key only with its column
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE subscription ADD COLUMN request_id {kind} "
        "CONSTRAINT fk_subscription_request_id REFERENCES request (id)"
    )
    op.create_index(op.f("ix_subscription_request_id"), "subscription", ["request_id"])
    for name in ("details", "attached"):
        op.add_column("request", sa.Column(name, sa.JSON(), nullable=True))
    op.create_table(
        "request_event",
        sa.Column("id", _ID, nullable=False),
        sa.Column("event_id", sa.String(length=100), nullable=False),
        sa.Column("request_id", _ID, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_request_event_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_event")),
        sa.UniqueConstraint("event_id", name=op.f("uq_request_event_event_id")),
    )
    op.create_index(op.f("ix_request_event_request_id"), "request_event", ["request_id"])


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back: restore a backup")
