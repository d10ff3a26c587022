"""Copying one database whole, and putting the copy back: SQLite by its own backup, PostgreSQL by pg_dump."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from billing.config import normalise_url


class BackupFailed(Exception):
    """Nothing was changed; the message says why."""


class Copier(Protocol):
    """One database."""

    def copy_to(self, file: Path) -> None:
        """A consistent copy as of now; the server may go on meanwhile."""

    def is_empty(self) -> bool:
        """Whether nothing would be lost."""

    def copy_from(self, file: Path) -> None:
        """Put the copy in the place of what is there. No server may run meanwhile."""


def copier_of(address: str) -> Copier:
    """By the kind of database.

    Raises:
        BackupFailed: another than SQLite in a file or PostgreSQL.
    """
    url = make_url(normalise_url(address))
    if url.get_backend_name() == "postgresql":
        return PostgreSql(url)
    if url.get_backend_name() == "sqlite" and url.database:
        return Sqlite(Path(url.database))
    raise BackupFailed(f"no backup of a database of the kind {url.get_backend_name()}")


class Sqlite:
    """A file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def copy_to(self, file: Path) -> None:
        """By SQLite's own backup, which sees what stands in the write-ahead log too."""
        if not self._file.exists():
            raise BackupFailed(f"there is no {self._file.name}")
        with (
            closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)) as ours,
            closing(sqlite3.connect(file)) as copy,
        ):
            ours.backup(copy)

    def is_empty(self) -> bool:
        """No file, or one without tables."""
        if not self._file.exists():
            return True
        with closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)) as ours:
            return bool(ours.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,))

    def copy_from(self, file: Path) -> None:
        """Page by page into the file that is there, so that its owner and mode stay."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file)) as copy, closing(sqlite3.connect(self._file)) as ours:
            copy.backup(ours)


class PostgreSql:
    """A database of a server, by the tools that come with PostgreSQL: not older than the server."""

    def __init__(self, url: URL) -> None:
        self._url = url

    def copy_to(self, file: Path) -> None:
        """One snapshot, in pg_dump's custom format, without who owns what."""
        self._run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={file}")

    def is_empty(self) -> bool:
        """No table of ours."""
        engine = sa.create_engine(self._url, poolclass=sa.NullPool)
        return not sa.inspect(engine).get_table_names()

    def copy_from(self, file: Path) -> None:
        """All or nothing, in one transaction."""
        options = ("--clean", "--if-exists", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
        self._run("pg_restore", *options, f"--dbname={self._url.database}", str(file))

    def _run(self, tool: str, *arguments: str) -> None:
        found = shutil.which(tool)
        if found is None:
            raise BackupFailed(f"{tool} is not installed: it comes with PostgreSQL's client programs")
        done = subprocess.run(  # noqa: S603  our own arguments, no shell
            [found, *arguments], env=self._environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise BackupFailed(f"{tool}: {done.stderr.strip()[-500:]}")

    def _environment(self) -> dict[str, str]:
        """Where and as whom, as libpq's variables: a password among the arguments would be seen by all."""
        host = self._url.host or self._url.query.get("host")
        told = {
            "PGHOST": host,
            "PGPORT": self._url.port,
            "PGUSER": self._url.username,
            "PGPASSWORD": self._url.password,
            "PGDATABASE": self._url.database,
            "PGSSLMODE": self._url.query.get("sslmode"),
        }
        return os.environ | {name: str(value) for name, value in told.items() if value}
