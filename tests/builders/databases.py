"""Databases on a PostgreSQL server, gone when they were used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url

import billing.models  # noqa: F401  all tables
from billing import migrations
from billing.api import Billing
from billing.db import Base as Tables
from billing.db import normalise_url


@contextmanager
def a_database(server: str, template: str = "template0", *, durable: bool = True) -> Iterator[str]:
    """The address of a new database, a copy of the template (a database's name or address)."""
    address = create(server, template, durable=durable)
    yield address
    drop(server, address)


def create(server: str, template: str = "template0", *, durable: bool = True) -> str:
    """As `a_database`, there until it is dropped; commits of one that is not durable wait for no disk."""
    name = f"test_{uuid4().hex}"
    original = make_url(template).database if "://" in template else template
    with administering(server) as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {original}")
        if not durable:
            connection.exec_driver_sql(f"ALTER DATABASE {name} SET synchronous_commit TO off")
    return make_url(normalise_url(server)).set(database=name).render_as_string(hide_password=False)


def drop(server: str, address: str) -> None:
    """Whoever is connected to it."""
    with administering(server) as connection:
        connection.exec_driver_sql(f"DROP DATABASE {make_url(address).database} WITH (FORCE)")


@contextmanager
def administering(server: str) -> Iterator[sa.Connection]:
    """A connection on which each statement is its own transaction."""
    admin = sa.create_engine(normalise_url(server), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        yield connection


def dump(billing: Billing) -> dict[str, list[Any]]:
    """All that its database holds, table by table."""
    with billing.database.snapshot() as session:
        return {
            table.name: session.execute(sa.select(table).order_by(*table.primary_key)).all()
            for table in Tables.metadata.sorted_tables
        }


def migrate_to(connection: sa.Connection, revision: str, migrations: Any = migrations) -> None:
    """Billing's tables as they were at that revision; the gateway's, with `gateway.migrations`."""
    config = Config()
    config.set_main_option("script_location", str(migrations.HERE))
    config.attributes["version_table"] = migrations.VERSION_TABLE
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
