"""Vouchers, invoices, credit notes.

Invoices that were issued before keep the numbers that they have (`INV-000001`), in a series of their own. Columns are
added in place: where SQLite copies a table instead, it refuses to drop one whose rows others refer to.
"""

import sqlalchemy as sa
from alembic import op

from billing.migrations.append_only import refuse_changes, refuse_changes_of

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ISSUED = (
    *("id", "series", "sequence", "number", "customer", "account_id", "subscription_id", "issued_on", "due_on"),
    *("period_from", "period_to", "currency", "total", "created_at"),
)
_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _vouchers()
    _numbers()
    _credit_notes()
    refuse_changes("voucher_redemption")
    refuse_changes_of("invoice", _ISSUED)
    for table in ("invoice_line", "credit_note", "credit_note_line"):
        refuse_changes(table)


def _vouchers() -> None:
    op.add_column("voucher", sa.Column("revoked_at", _INSTANT, nullable=True))
    for column in (
        sa.Column("uses", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("valid_days", sa.Integer(), nullable=True),
        sa.Column("minimum_top_up", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("label", sa.String(length=200), nullable=False, server_default=""),
        sa.Column("created_at", _INSTANT, nullable=False, server_default="1970-01-01 00:00:00"),
        sa.Column("revoked_at", _INSTANT, nullable=True),
    ):
        op.add_column("voucher_code", column)
    op.execute("UPDATE voucher_code SET uses = uses_left")
    op.create_table(
        "voucher_redemption",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("code_id", _ROW_ID, nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("voucher_id", _ROW_ID, nullable=False),
        sa.Column("top_up_id", _ROW_ID, nullable=True),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["code_id"], ["voucher_code.id"], name=op.f("fk_voucher_redemption_code_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_voucher_redemption_account_id")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_voucher_redemption_voucher_id")),
        sa.ForeignKeyConstraint(["top_up_id"], ["ledger_transaction.id"], name=op.f("fk_voucher_redemption_top_up_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_redemption")),
        sa.UniqueConstraint("code_id", "account_id", name=op.f("uq_voucher_redemption_code_id_account_id")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_voucher_redemption_account_id_key")),
        sa.UniqueConstraint("voucher_id", name=op.f("uq_voucher_redemption_voucher_id")),
        sa.UniqueConstraint("top_up_id", name=op.f("uq_voucher_redemption_top_up_id")),
    )
    op.create_table(
        "voucher_failed_try",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_voucher_failed_try_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_failed_try")),
    )
    op.create_index("ix_voucher_failed_try_account_id_at", "voucher_failed_try", ["account_id", "at"])


def _numbers() -> None:
    op.create_table(
        "number_series",
        sa.Column("series", sa.String(length=32), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_number_series")),
    )
    for column in (
        sa.Column("series", sa.String(length=32), nullable=False, server_default=""),
        sa.Column("sequence", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("number", sa.String(length=48), nullable=False, server_default=""),
        sa.Column("customer", sa.String(length=200), nullable=False, server_default=""),
        sa.Column("credited", sa.BigInteger(), nullable=False, server_default="0"),
    ):
        op.add_column("invoice", column)
    op.execute(
        "UPDATE invoice SET series = 'INV', sequence = id, number = 'INV-' || substr('000000', 1 + length("
        "CAST(id AS VARCHAR))) || CAST(id AS VARCHAR), "
        "customer = (SELECT name FROM account WHERE account.id = invoice.account_id)"
    )
    op.create_index(op.f("ix_invoice_number"), "invoice", ["number"], unique=True)


def _credit_notes() -> None:
    op.create_table(
        "credit_note",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("series", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=48), nullable=False),
        sa.Column("customer", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("terms", sa.String(length=200), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("invoice_id", _ROW_ID, nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_credit_note_account_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_credit_note_invoice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_note")),
        sa.UniqueConstraint("number", name=op.f("uq_credit_note_number")),
        sa.UniqueConstraint("key", name=op.f("uq_credit_note_key")),
    )
    op.create_index(op.f("ix_credit_note_account_id"), "credit_note", ["account_id"])
    op.create_index(op.f("ix_credit_note_invoice_id"), "credit_note", ["invoice_id"])
    op.create_table(
        "credit_note_line",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("credit_note_id", _ROW_ID, nullable=False),
        sa.Column("invoice_line_id", _ROW_ID, nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["credit_note_id"], ["credit_note.id"], name=op.f("fk_credit_note_line_credit_note_id")
        ),
        sa.ForeignKeyConstraint(
            ["invoice_line_id"], ["invoice_line.id"], name=op.f("fk_credit_note_line_invoice_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_note_line")),
    )
    op.create_index(op.f("ix_credit_note_line_credit_note_id"), "credit_note_line", ["credit_note_id"])
    op.create_index(op.f("ix_credit_note_line_invoice_line_id"), "credit_note_line", ["invoice_line_id"])


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back: restore a backup")
