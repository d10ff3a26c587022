"""What every part of the door stands on: the database, the settings, the clock."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from billing import migrations, sealing
from billing.catalogue import service as catalogues
from billing.clock import Clock, utc_now
from billing.config import Settings
from billing.config import settings as process_settings
from billing.db import Database
from billing.payments.providers.ways import Ways
from billing.receipts.service import Issuer


class Door:
    """One database, one clock. Every method of a part is one transaction, committed here and nowhere else."""

    def __init__(
        self, database: Database, settings: Settings, clock: Clock = utc_now, ways: Ways | None = None
    ) -> None:
        self._database, self._settings, self._now = database, settings, clock
        self._ways = ways or Ways.of(settings)
        self._ways.known_to(database.info)
        self._issuer = Issuer.of(settings)
        self._issuer.known_to(database.info)

    @classmethod
    def open(cls, settings: Settings | None = None, *, clock: Clock = utc_now) -> Self:
        """Connect to the database of the settings (of the process, when none are given) and bring it up to date."""
        settings = settings or process_settings()
        sealing.use(settings.keys)
        database = Database(settings.database_url)
        migrations.upgrade(database.engine)
        return cls(database, settings, clock)

    @property
    def database(self) -> Database:
        """For who keeps tables of their own beside billing's."""
        return self._database

    def close(self) -> None:
        """Give the connections back."""
        self._database.close()

    def ready(self) -> None:
        """Raises when the database cannot be reached or has no catalogue."""
        with self._database.snapshot() as session:
            catalogues.version(session)

    def now(self) -> datetime:
        """The present instant by this billing's clock."""
        return self._now()
