"""The charges that a request to support is about."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("request", sa.Column("charges", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("request", "charges")
