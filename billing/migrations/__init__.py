"""Alembic, run from here: `upgrade` brings a database up to date, `differences` holds models against migrations."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import sqlalchemy.exc

from billing.models import Base

HERE = Path(__file__).resolve().parent
VERSION_TABLE = "billing_version"
_REVISION = re.compile(r'^(revision|down_revision)\b[^=\n]*= *"([^"]+)"', re.MULTILINE)


def upgrade(engine: sa.Engine, folder: Path = HERE, version_table: str = VERSION_TABLE) -> None:
    """To the newest version, in one transaction; several processes may start at once.

    Alembic is imported only where the version is another: with Mako it costs half a second at each start.
    """
    if version(engine, version_table) == newest(folder):
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder))
    config.attributes["version_table"] = version_table
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(20260101)")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def version(engine: sa.Engine, version_table: str = VERSION_TABLE) -> str | None:
    """The version that the database is of; None where it has none, or more than one."""
    try:
        with engine.connect().execution_options(read_only=True) as connection:
            found: list[Any] = list(
                connection.execute(sa.select(sa.column("version_num")).select_from(sa.table(version_table)))
            )
    except (sqlalchemy.exc.OperationalError, sqlalchemy.exc.ProgrammingError):  # no such table
        return None
    return str(found[0][0]) if len(found) == 1 else None


@cache
def newest(folder: Path = HERE) -> str | None:
    """The revision in the folder that no other one follows; None where there are several."""
    found: dict[str, set[str]] = {"revision": set(), "down_revision": set()}
    for path in (folder / "versions").glob("*.py"):
        for name, value in _REVISION.findall(path.read_text(encoding="utf-8")):
            found[name].add(value)
    last = found["revision"] - found["down_revision"]
    return last.pop() if len(last) == 1 else None


def run_in_context() -> None:
    """What each folder's `env.py` does: run the migrations on the connection that `upgrade` gives."""
    from alembic import context

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
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    names = set(Base.metadata.tables)

    def ours(obj: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
        return kind != "table" or name in names

    with engine.connect() as connection:
        found = MigrationContext.configure(connection, opts={"include_object": ours})
        return list(compare_metadata(found, Base.metadata))
