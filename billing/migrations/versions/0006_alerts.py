"""Alerts; corrections of credit; where an outbox event goes; the answer to a request."""

import sqlalchemy as sa
from alembic import op

from billing.migrations.append_only import refuse_changes

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    row_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "alert_watch",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("armed", sa.Boolean(), nullable=False),
        sa.Column("used", sa.JSON(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("low_balance", sa.BigInteger(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_alert_watch_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_alert_watch")),
    )
    op.create_table(
        "alert",
        sa.Column("id", row_id, nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("crossing", sa.String(length=100), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("subscription_id", row_id, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cleared_by", sa.String(length=20), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_in", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_alert_account_id")),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscription.id"], name=op.f("fk_alert_subscription_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("account_id", "kind", "crossing", name=op.f("uq_alert_account_id_kind_crossing")),
    )
    op.create_table(
        "correction",
        sa.Column("id", row_id, nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("top_up_after", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_correction_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_correction_account_id_key")),
    )
    refuse_changes("correction")
    op.create_index("ix_ledger_transaction_owner_id", "ledger_transaction", ["owner", "id"])
    with op.batch_alter_table("outbox_event") as batch:
        batch.add_column(sa.Column("destination", sa.String(length=32), nullable=False, server_default="sales_webhook"))
    with op.batch_alter_table("request") as batch:
        batch.add_column(sa.Column("answer", sa.Text(), nullable=True))
        batch.add_column(sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    _watch_from_now_on()


def _watch_from_now_on() -> None:
    """What accounts crossed before there were alerts is nobody's news."""
    op.execute(
        "INSERT INTO alert_watch (account_id, began_at, checked_at, position, armed, used) "
        "SELECT id, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, "
        "(SELECT coalesce(max(t.id), 0) FROM ledger_transaction t WHERE t.owner = account.id), false, '{}' FROM account"
    )


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back: restore a backup")
