"""The catalogue: what is sold, in versions."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from billing.api.door import Door
from billing.audit import service as audit
from billing.catalogue import service as catalogues
from billing.catalogue import source
from billing.catalogue.schemas import Catalogue, SupportTierTerms
from billing.schemas import (
    CatalogueVersion,
    PlanOffer,
    ServiceOffer,
    SupportTier,
)


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
            return catalogues.service_names(session)

    def support_terms(self, tier: SupportTier) -> SupportTierTerms:
        """What a support tier promises."""
        with self._database.snapshot() as session:
            return catalogues.current(session).support_tiers[tier]

    def load_catalogue(self, path: Path, *, actor: str = "operator:cli") -> CatalogueVersion:
        """Load a catalogue file as a new version, unless nothing changed.

        Raises:
            CatalogueInvalid: mistakes, each with its line; nothing was loaded.
        """
        return self._load(source.read(path), actor)

    @staticmethod
    def check_catalogue(path: Path) -> None:
        """Read a catalogue file and load nothing.

        Raises:
            CatalogueInvalid: mistakes, each with its line.
        """
        source.read(path)

    def load_catalogue_text(self, text: str, *, actor: str = "operator:cli") -> CatalogueVersion:
        """The same for the content of a file.

        Raises:
            CatalogueInvalid: mistakes, each with its line; nothing was loaded.
        """
        return self._load(source.parse(text, "catalogue"), actor)

    def _load(self, catalogue: Catalogue, actor: str) -> CatalogueVersion:
        def change(session: Session) -> CatalogueVersion:
            loaded = catalogues.add(session, catalogue, self._now())
            before = loaded.version - loaded.changed
            audit.record(
                session,
                actor=actor,
                action="catalogue.load",
                subject="catalogue",
                at=self._now(),
                before={"version": before} if before else None,
                after={"version": loaded.version},
            )
            return loaded

        return self._database.run(change)
