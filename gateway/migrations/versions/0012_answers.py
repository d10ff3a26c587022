"""Traces of answers, and the texts that they were said with."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "answer_texts",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", _AT, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_answer_texts")),
    )
    op.create_table(
        "answer_trace",
        sa.Column("turn_id", _ROW_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("trace", sa.JSON(), nullable=False),
        sa.Column("texts", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.ForeignKeyConstraint(["turn_id"], ["turn.id"], name=op.f("fk_answer_trace_turn_id")),
        sa.ForeignKeyConstraint(["texts"], ["answer_texts.fingerprint"], name=op.f("fk_answer_trace_texts")),
        sa.PrimaryKeyConstraint("turn_id", "number", name=op.f("pk_answer_trace")),
    )


def downgrade() -> None:
    op.drop_table("answer_trace")
    op.drop_table("answer_texts")
