"""Lines of bank statements; what a transfer was to bring, where another amount came."""

import sqlalchemy as sa
from alembic import op

from billing.migrations.append_only import refuse_changes_of

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_SAID_BY_THE_BANK = (
    "bank_account",
    "entry",
    "format",
    "booked_on",
    "currency",
    "amount",
    "payer",
    "text",
    "imported_at",
)


def upgrade() -> None:
    op.add_column("top_up", sa.Column("asked", sa.BigInteger(), nullable=True))
    op.create_table(
        "bank_line",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("bank_account", sa.String(length=64), nullable=False),
        sa.Column("entry", sa.String(length=100), nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("payer", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("why", sa.String(length=32), nullable=True),
        sa.Column("account_id", sa.String(length=64), nullable=True),
        sa.Column("top_up_id", _ROW_ID, nullable=True),
        sa.Column("invoice_id", _ROW_ID, nullable=True),
        sa.Column("pays_invoice", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_bank_line_account_id")),
        sa.ForeignKeyConstraint(["top_up_id"], ["top_up.id"], name=op.f("fk_bank_line_top_up_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_bank_line_invoice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_line")),
        sa.UniqueConstraint("bank_account", "entry", name=op.f("uq_bank_line_bank_account_entry")),
        sa.UniqueConstraint("top_up_id", name=op.f("uq_bank_line_top_up_id")),
    )
    op.create_index(op.f("ix_bank_line_state"), "bank_line", ["state", "id"])
    op.create_index(op.f("ix_bank_line_invoice_id"), "bank_line", ["invoice_id"])
    refuse_changes_of("bank_line", _SAID_BY_THE_BANK)


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back: restore a backup")
