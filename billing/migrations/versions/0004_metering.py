"""Metering: what plans paid for kept beside the charges, conversations told in two events, API keys."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_KEPT = """
INSERT INTO plan_usage (subscription_id, service, quantity, last_at)
SELECT subscription.id, usage_event.service, sum(usage_charge.quantity), max(usage_event.at)
FROM usage_charge
JOIN usage_event ON usage_event.id = usage_charge.usage_event_id
JOIN subscription ON CAST(subscription.id AS VARCHAR(64)) = usage_charge.ref
WHERE usage_charge.bucket = 'plan'
GROUP BY subscription.id, usage_event.service
"""


def upgrade() -> None:
    with op.batch_alter_table("usage_event") as usage_event:
        usage_event.add_column(sa.Column("details", sa.String(length=300), nullable=True))
    op.create_table(
        "plan_usage",
        sa.Column("subscription_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscription.id"], name=op.f("fk_plan_usage_subscription_id")),
        sa.PrimaryKeyConstraint("subscription_id", "service", name=op.f("pk_plan_usage")),
    )
    op.execute(_KEPT)
    op.create_table(
        "metered_conversation",
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("conversation", sa.String(length=200), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("human_seconds", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_metered_conversation_account_id")),
        sa.PrimaryKeyConstraint("source", "conversation", name=op.f("pk_metered_conversation")),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
    )


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back: restore a backup")
