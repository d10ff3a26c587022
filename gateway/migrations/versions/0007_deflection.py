"""Enquiries and the answers to them, for counting what became of what customers asked."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "enquiry",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("began_at", _AT, nullable=False),
        sa.Column("last_at", _AT, nullable=False),
        sa.Column("form", sa.String(length=64), nullable=True),
        sa.Column("left", sa.String(length=8), nullable=True),
        sa.Column("thanked", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("rated", sa.Boolean(), nullable=True),
        sa.Column("asked_people_at", _AT, nullable=True),
        sa.Column("returned_after", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_enquiry_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry")),
    )
    op.create_index("ix_enquiry_day", "enquiry", ["day", "topic", "language"])
    op.create_index("ix_enquiry_conversation_id", "enquiry", ["conversation_id", "last_at"])
    op.create_index("ix_enquiry_person", "enquiry", ["person", "topic", "began_at"])
    op.create_table(
        "enquiry_answer",
        sa.Column("turn_id", _ROW_ID, nullable=False),
        sa.Column("enquiry_id", _ROW_ID, nullable=False),
        sa.Column("waited_ms", sa.Integer(), nullable=False),
        sa.Column("doubt", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["turn_id"], ["turn.id"], name=op.f("fk_enquiry_answer_turn_id")),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiry.id"], name=op.f("fk_enquiry_answer_enquiry_id")),
        sa.PrimaryKeyConstraint("turn_id", "enquiry_id", name=op.f("pk_enquiry_answer")),
    )
    op.create_index("ix_enquiry_answer_enquiry_id", "enquiry_answer", ["enquiry_id"])


def downgrade() -> None:
    op.drop_table("enquiry_answer")
    op.drop_table("enquiry")
