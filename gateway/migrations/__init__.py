"""The gateway's own tables, beside billing's in the same database."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from billing import migrations

HERE = Path(__file__).resolve().parent
VERSION_TABLE = "gateway_version"


def upgrade(engine: sa.Engine) -> None:
    """To the newest version."""
    migrations.upgrade(engine, HERE, VERSION_TABLE)
