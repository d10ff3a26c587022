"""Corrections that wait for a second person, and who made each correction."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("correction", sa.Column("actor", sa.String(length=200), nullable=True))
    op.create_table(
        "correction_proposal",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(length=200), nullable=False),
        sa.Column("proposed_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("correction_id", ROW_ID, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_correction_proposal_account_id"),
        sa.ForeignKeyConstraint(["correction_id"], ["correction.id"], name="fk_correction_proposal_correction_id"),
        sa.PrimaryKeyConstraint("id", name="pk_correction_proposal"),
        sa.UniqueConstraint("account_id", "key", name="uq_correction_proposal_account_id_key"),
    )
    op.create_index("ix_correction_proposal_state", "correction_proposal", ["state", "id"])


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back: restore a backup")
