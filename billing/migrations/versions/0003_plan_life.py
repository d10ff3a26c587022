"""A plan's life: anchored periods, pauses as intervals, changes for the period's end, actions once per key."""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_PAUSE = timedelta(days=30)
"""How long a pause that was begun before this version may last at most."""


def upgrade() -> None:
    _subscription()
    op.add_column("invoice", sa.Column("deposit", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("invoice", sa.Column("deposit_due_on", sa.Date(), nullable=True))
    op.add_column("invoice", sa.Column("settled_at", _INSTANT, nullable=True))
    op.create_table(
        "plan_pause",
        sa.Column("id", _ID, nullable=False),
        sa.Column("subscription_id", _ID, nullable=False),
        sa.Column("paused_at", _INSTANT, nullable=False),
        sa.Column("resumes_at", _INSTANT, nullable=False),
        sa.Column("resumed_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscription.id"], name=op.f("fk_plan_pause_subscription_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_pause")),
    )
    op.create_index(op.f("ix_plan_pause_subscription_id"), "plan_pause", ["subscription_id"])
    op.create_table(
        "plan_action",
        sa.Column("id", _ID, nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("receipt", sa.JSON(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_plan_action_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_action")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_plan_action_account_id_key")),
    )
    _pauses()
    op.drop_column("subscription", "paused_at")


def _subscription() -> None:
    op.add_column("subscription", sa.Column("payment_method", sa.String(length=16), nullable=True))
    op.add_column("subscription", sa.Column("anchor_at", _INSTANT, nullable=True))
    op.add_column("subscription", sa.Column("months", sa.Integer(), nullable=False, server_default="0"))
    for column in ("cancelled_at", "ended_at", "withdrawn_at"):
        op.add_column("subscription", sa.Column(column, _INSTANT, nullable=True))
    # in words of our own: SQLite takes a foreign key only with its column
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE subscription ADD COLUMN follows_id {kind} "
        "CONSTRAINT fk_subscription_follows_id REFERENCES subscription (id)"
    )
    op.create_index(op.f("ix_subscription_follows_id"), "subscription", ["follows_id"], unique=True)


def _pauses() -> None:
    """A pause that was begun becomes an interval, and moves the end of its period."""
    connection = op.get_bind()
    plan = sa.table("subscription", *(sa.column(n, _INSTANT) for n in ("paused_at", "ends_at")), sa.column("id"))
    pause = sa.table(
        "plan_pause", sa.column("subscription_id"), *(sa.column(n, _INSTANT) for n in ("paused_at", "resumes_at"))
    )
    for number, paused_at, ends_at in connection.execute(
        sa.select(plan.c.id, plan.c.paused_at, plan.c.ends_at).where(plan.c.paused_at.is_not(None))
    ).all():
        connection.execute(
            pause.insert().values(subscription_id=number, paused_at=paused_at, resumes_at=paused_at + _PAUSE)
        )
        connection.execute(plan.update().where(plan.c.id == number).values(ends_at=ends_at + _PAUSE))


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back: restore a backup")
