"""`migrate`, `backup` and `restore`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from billing.config import settings
from gateway.backups.databases import BackupFailed
from gateway.cli.output import Json, print_json, refusals


def migrate() -> None:
    """Bring the tables of the database up to date, and end. A server does the same at its start."""
    from billing.api import default_billing
    from gateway import migrations

    with refusals():
        migrations.upgrade(default_billing().database.engine)
    sys.stdout.write("up to date\n")


def backup(
    target: Annotated[Path, typer.Argument(help="The file to write (.tar.gz); in a folder it is named by the time.")],
    as_json: Json = False,
) -> None:
    """Copy the ledger, the gateway's tables and the conversations into one file. The server may run meanwhile."""
    from gateway.backups.service import back_up

    try:
        written = back_up(settings(), target)
    except BackupFailed as error:
        _fail(error)
    size = written.stat().st_size
    if as_json:
        print_json({"file": str(written), "bytes": size})
    else:
        sys.stdout.write(f"{written} ({size} bytes)\n")


def restore(
    file: Annotated[Path, typer.Argument(help="What `backup` wrote.", exists=True, dir_okay=False)],
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite what the databases hold.")] = False,
    as_json: Json = False,
) -> None:
    """Put a backup back. Stop every server first; `ledger verify` afterwards."""
    from gateway.backups.service import put_back

    try:
        about = put_back(settings(), file, replace=replace)
    except BackupFailed as error:
        _fail(error)
    if as_json:
        print_json(about)
    else:
        sys.stdout.write(f"restored what was backed up at {about['at']} by {about['version']}\n")


def _fail(error: BackupFailed) -> NoReturn:
    sys.stderr.write(f"{error}\n")
    raise typer.Exit(1)
