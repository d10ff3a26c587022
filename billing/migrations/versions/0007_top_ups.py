"""What of a top-up paid what was owed; receipts numbered without gaps; a received top-up never changes."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("top_up", sa.Column("pays_owed", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("top_up", sa.Column("receipt", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE top_up SET receipt = (SELECT count(*) FROM top_up AS earlier "
        "WHERE earlier.account_id = top_up.account_id AND earlier.completed_at IS NOT NULL "
        "AND (earlier.completed_at < top_up.completed_at "
        "OR (earlier.completed_at = top_up.completed_at AND earlier.id <= top_up.id))) "
        "WHERE completed_at IS NOT NULL"
    )
    op.drop_index("ix_top_up_account_id", "top_up")
    op.create_index("ix_top_up_account_id_receipt", "top_up", ["account_id", "receipt"], unique=True)
    _keep_what_was_received()


def _keep_what_was_received() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER top_up_kept_from_{verb.lower()} BEFORE {verb} ON top_up "
                "WHEN OLD.completed_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a received top-up is immutable'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION top_up_immutable() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'a received top-up is immutable'; END $$"
    )
    op.execute(
        "CREATE TRIGGER top_up_kept BEFORE UPDATE OR DELETE ON top_up FOR EACH ROW "
        "WHEN (OLD.completed_at IS NOT NULL) EXECUTE FUNCTION top_up_immutable()"
    )


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back: restore a backup")
