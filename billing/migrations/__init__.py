"""Alembic, run from here: `upgrade` brings a database up to date, `differences` holds models against migrations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command, context
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from billing.models import Base

HERE = Path(__file__).resolve().parent
VERSION_TABLE = "billing_version"


def upgrade(engine: sa.Engine, folder: Path = HERE, version_table: str = VERSION_TABLE) -> None:
    """To the newest version, in one transaction; several processes may start at once."""
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.attributes["version_table"] = version_table
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(20260101)")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def run_in_context() -> None:
    """What each folder's `env.py` does: run the migrations on the connection that `upgrade` gives."""
    context.configure(
        connection=context.config.attributes["connection"],
        version_table=context.config.attributes["version_table"],
        render_as_batch=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


def differences(engine: sa.Engine) -> list[Any]:
    """What the models say and the migrated database does not have; empty when they agree."""
    names = set(Base.metadata.tables)

    def ours(obj: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
        return kind != "table" or name in names

    with engine.connect() as connection:
        found = MigrationContext.configure(connection, opts={"include_object": ours})
        return list(compare_metadata(found, Base.metadata))
