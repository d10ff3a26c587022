"""Erasures that wait for a second person."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "erasure_proposal",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("user", sa.Text(), nullable=True),
        sa.Column("whose", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("proposed_by", sa.String(length=200), nullable=False),
        sa.Column("proposed_at", _AT, nullable=False),
        sa.Column("expires_at", _AT, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_at", _AT, nullable=True),
        sa.Column("erasure_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["erasure_id"], ["erasure.id"], name=op.f("fk_erasure_proposal_erasure_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_proposal")),
    )
    op.create_index(op.f("ix_erasure_proposal_account"), "erasure_proposal", ["account"])
    waits = sa.text("state = 'open'")
    op.create_index(
        "uq_erasure_proposal_open",
        "erasure_proposal",
        ["whose"],
        unique=True,
        sqlite_where=waits,
        postgresql_where=waits,
    )


def downgrade() -> None:
    op.drop_table("erasure_proposal")
