"""Conversations handed to people; what was said in them without being asked; where a channel's conversation is."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "handoff",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("request", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("late_at", AT, nullable=True),
        sa.Column("taken_by", sa.String(length=200), nullable=True),
        sa.Column("shown_name", sa.String(length=100), nullable=True),
        sa.Column("taken_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name="fk_handoff_conversation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_handoff"),
    )
    unended = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_handoff_open", "handoff", ["conversation_id"], unique=True, sqlite_where=unended, postgresql_where=unended
    )
    op.create_index("ix_handoff_conversation_id", "handoff", ["conversation_id"])
    op.create_index("ix_handoff_state", "handoff", ["state", "asked_at"])
    op.add_column("turn", sa.Column("handoff_id", sa.String(length=32), nullable=True))
    op.add_column("turn", sa.Column("pushed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("turn", sa.Column("form", sa.String(length=64), nullable=True))
    pushed = sa.text("pushed")
    op.create_index("ix_turn_pushed", "turn", ["done_at"], sqlite_where=pushed, postgresql_where=pushed)
    op.add_column("channel_conversation", sa.Column("place", sa.JSON(), nullable=True))
    op.create_index("ix_channel_conversation_conversation_id", "channel_conversation", ["conversation_id"])


def downgrade() -> None:
    op.drop_index("ix_channel_conversation_conversation_id", "channel_conversation")
    op.drop_column("channel_conversation", "place")
    op.drop_index("ix_turn_pushed", "turn")
    for column in ("form", "pushed", "handoff_id"):
        op.drop_column("turn", column)
    op.drop_table("handoff")
