"""Events of turns that wait for the broker, and the counts that are kept of them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "analytics_outbox",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analytics_outbox")),
    )
    op.create_table(
        "analytics_counted",
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("counted_at", _AT, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_analytics_counted")),
    )
    op.create_table(
        "analytics_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("turns", _ROW_ID, nullable=False),
        sa.PrimaryKeyConstraint("day", "topic", "language", "outcome", name=op.f("pk_analytics_count")),
    )


def downgrade() -> None:
    op.drop_table("analytics_count")
    op.drop_table("analytics_counted")
    op.drop_table("analytics_outbox")
