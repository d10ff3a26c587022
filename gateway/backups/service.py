"""One file with all databases of an installation, and the way back."""

from __future__ import annotations

import json
import os
import tarfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from billing.config import Settings, normalise_url
from gateway.backups.databases import BackupFailed, copier_of

_ABOUT = "about.json"


def back_up(settings: Settings, target: Path) -> Path:
    """Write the backup; into a folder under the present time. A half-written one never has the name.

    The conversations are copied first: what billing did after that is found again by the message's id, and not done
    twice.

    Raises:
        BackupFailed: a database cannot be copied; nothing is left behind.
    """
    if target.is_dir() or not target.suffix:
        target.mkdir(parents=True, exist_ok=True)
        target = target / f"billing-assistant-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar.gz"
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.part")
    with TemporaryDirectory(dir=target.parent) as folder:
        _pack(settings, Path(folder), unfinished)
    unfinished.replace(target)
    return target


def _pack(settings: Settings, folder: Path, file: Path) -> None:
    about = {"at": datetime.now(UTC).isoformat(), "version": version("billing-assistant"), "kind": _kind(settings)}
    (folder / _ABOUT).write_text(json.dumps(about))
    for name, address in _addresses(settings).items():
        copier_of(address).copy_to(folder / name)
    with (
        os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw,
        tarfile.open(fileobj=raw, mode="w:gz", compresslevel=1) as archive,
    ):
        for each in sorted(folder.iterdir()):
            archive.add(each, each.name)
        archive.close()
        raw.flush()
        os.fsync(raw.fileno())


def put_back(settings: Settings, file: Path, *, replace: bool = False) -> dict[str, str]:
    """Restore the backup into the databases of the settings; what it tells of itself.

    Raises:
        BackupFailed: it is none or one of the other kind of database, or there is data and `replace` was not said;
            nothing was changed.
    """
    with TemporaryDirectory() as folder:
        about = _unpacked(file, Path(folder))
        if about["kind"] != _kind(settings):
            raise BackupFailed(f"it is a backup of {about['kind']}, and DATABASE_URL is of {_kind(settings)}")
        copiers = {name: copier_of(address) for name, address in _addresses(settings).items()}
        if not replace and not all(each.is_empty() for each in copiers.values()):
            raise BackupFailed("there is data: restore elsewhere, or say --replace")
        for name, each in copiers.items():
            each.copy_from(Path(folder) / name)
    return about


def _unpacked(file: Path, folder: Path) -> dict[str, str]:
    try:
        with tarfile.open(file) as archive:
            archive.extractall(folder, filter="data")
        return dict(json.loads((folder / _ABOUT).read_text()))
    except (OSError, tarfile.TarError, ValueError) as error:
        raise BackupFailed(f"{file.name} is no backup: {type(error).__name__}") from error


def _addresses(settings: Settings) -> dict[str, str]:
    """Conversations first. They may stand in the same database."""
    own, talk = normalise_url(settings.database_url), normalise_url(settings.tracker_address)
    return {"billing": own} if own == talk else {"conversations": talk, "billing": own}


def _kind(settings: Settings) -> str:
    return normalise_url(settings.database_url).partition(":")[0].partition("+")[0]
