"""The catalogue: what is sold, in versions."""

from __future__ import annotations

from pathlib import Path

import structlog

from billing.api.door import Door
from billing.catalogue import service as catalogues
from billing.schemas import (
    CatalogueVersion,
    PlanOffer,
    ServiceOffer,
)

log = structlog.get_logger()


class CatalogueDoor(Door):
    """What is sold."""

    def plans(self, currency: str) -> list[PlanOffer]:
        """Every plan and interval, priced in the currency."""
        with self._database.snapshot() as session:
            return catalogues.plan_offers(catalogues.current(session), currency)

    def services(self, currency: str) -> list[ServiceOffer]:
        """Every service with its on-demand rate in the currency."""
        with self._database.snapshot() as session:
            return catalogues.service_offers(catalogues.current(session), currency)

    def service_names(self) -> dict[str, dict[str, str]]:
        """The names by language of every service that is or was sold."""
        with self._database.snapshot() as session:
            services = catalogues.every_service(session).items()
            return {name: {str(code): text for code, text in service.names.items()} for name, service in services}

    def load_catalogue(self, path: Path) -> CatalogueVersion:
        """Load a catalogue file as a new version, unless nothing changed.

        Raises:
            CatalogueInvalid: mistakes, each with its line; nothing was loaded.
        """
        return self._database.run(lambda session: catalogues.load(session, path, self._now()))
