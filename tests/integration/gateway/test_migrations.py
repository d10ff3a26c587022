from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from billing.db import Database
from gateway import migrations
from gateway.conversations.models import Base


def test_the_migrations_make_the_tables_that_the_models_say(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'gateway.db'}")
    migrations.upgrade(database.engine)
    names = set(Base.metadata.tables)

    def ours(_object, name, kind, *_) -> bool:
        return kind != "table" or name in names

    with database.engine.connect() as connection:
        found = MigrationContext.configure(connection, opts={"include_object": ours})
        assert compare_metadata(found, Base.metadata) == []
