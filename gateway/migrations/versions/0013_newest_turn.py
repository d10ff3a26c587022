"""Find the newest reply of a conversation without reading all of its turns."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = depends_on = None


def upgrade() -> None:
    """An index."""
    op.create_index("ix_turn_newest", "turn", ["conversation_id", "done_at"])


def downgrade() -> None:
    """Without it."""
    op.drop_index("ix_turn_newest", "turn")
