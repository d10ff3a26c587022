"""The messaging channels: events, deliveries, conversations, links and their offers."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "channel_event",
        *_queued("channel_event"),
        sa.Column("workspace", sa.String(length=200), nullable=False),
        sa.Column("event", sa.String(length=200), nullable=False),
        sa.Column("heard", sa.JSON(), nullable=True),
        sa.UniqueConstraint("channel", "workspace", "event", name="uq_channel_event_channel_workspace_event"),
    )
    op.create_table(
        "channel_delivery",
        *_queued("channel_delivery"),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("link_id", sa.String(length=32), nullable=True),
        sa.Column("perhaps_twice", sa.Boolean(), nullable=False),
        sa.Column("call", sa.JSON(), nullable=True),
        sa.UniqueConstraint("key", name="uq_channel_delivery_key"),
    )
    for table in ("channel_event", "channel_delivery"):
        op.create_index(f"ix_{table}_due", table, ["state", "channel", "next_attempt_at"])
        op.create_index(f"ix_{table}_stream", table, ["stream", "state", "id"])
    op.create_table(
        "channel_conversation",
        sa.Column("id", ROW_ID, nullable=False),
        *_user(),
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column("link_id", sa.String(length=32), nullable=True),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_channel_conversation_conversation_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_channel_conversation"),
        sa.UniqueConstraint(
            "channel", "workspace", "user", "stream", name="uq_channel_conversation_channel_workspace_user_stream"
        ),
    )
    op.create_table(
        "channel_link",
        sa.Column("id", sa.String(length=32), nullable=False),
        *_user(),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("account_user", sa.String(length=200), nullable=False),
        sa.Column("linked_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_channel_link"),
        sa.UniqueConstraint("channel", "workspace", "user", name="uq_channel_link_channel_workspace_user"),
    )
    op.create_index("ix_channel_link_account", "channel_link", ["account"])
    op.create_table(
        "channel_link_offer",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        *_user(),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column("place", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("spent_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name="pk_channel_link_offer"),
    )


def downgrade() -> None:
    for table in ("channel_link_offer", "channel_link", "channel_conversation", "channel_delivery", "channel_event"):
        op.drop_table(table)


def _user() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("workspace", sa.String(length=200), nullable=False),
        sa.Column("user", sa.String(length=200), nullable=False),
    ]


def _queued(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", AT, nullable=False),
        sa.Column("last_error", sa.String(length=300), nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("done_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]
