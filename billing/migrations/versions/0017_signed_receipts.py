"""Receipts as they were signed."""

import sqlalchemy as sa
from alembic import op

from billing.migrations.append_only import refuse_changes

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signed_receipt",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.String(length=43), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_signed_receipt_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_signed_receipt"),
    )
    op.create_index("ix_signed_receipt_account_id_at", "signed_receipt", ["account_id", "at", "id"])
    refuse_changes("signed_receipt")


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back: restore a backup")
