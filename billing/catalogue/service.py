"""Loading catalogues and asking the one in force."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.catalogue import source
from billing.catalogue.models import CatalogueRow
from billing.catalogue.schemas import Catalogue, Plan, PlanTerms, Service
from billing.errors import CatalogueMissing, CurrencyUnknown, PlanNotFound, ServiceNotFound
from billing.money import Money
from billing.schemas import CatalogueVersion, Interval, PlanOffer, ServiceOffer


def load(session: Session, path: Path, at: datetime) -> CatalogueVersion:
    """Load a file as a new version, unless it says what the newest says.

    Raises:
        CatalogueInvalid: the file has mistakes; nothing was loaded.
    """
    return add(session, source.read(path), at)


def add(session: Session, catalogue: Catalogue, at: datetime) -> CatalogueVersion:
    """Keep a catalogue as a new version, unless it says what the newest says."""
    content = catalogue.model_dump(mode="json")
    checksum = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    newest = session.scalar(sa.select(CatalogueRow).order_by(CatalogueRow.version.desc()).limit(1))
    if newest is not None and newest.checksum == checksum:
        return CatalogueVersion(version=newest.version, loaded_at=newest.loaded_at, changed=False)
    row = CatalogueRow(version=(newest.version if newest else 0) + 1, checksum=checksum, content=content, loaded_at=at)
    session.add(row)
    session.flush()
    return CatalogueVersion(version=row.version, loaded_at=at, changed=True)


_parsed: dict[str, Catalogue] = {}
"""By checksum: a version never changes, and one is asked for at every answer."""
_VERSIONS = sa.select(CatalogueRow.version, CatalogueRow.checksum)
_NEWEST = _VERSIONS.order_by(CatalogueRow.version.desc()).limit(1)
_EVERY_VERSION = _VERSIONS.order_by(CatalogueRow.version)


def _catalogue(session: Session, number: int, checksum: str) -> Catalogue:
    if checksum not in _parsed:
        content = session.scalar(sa.select(CatalogueRow.content).where(CatalogueRow.version == number))
        _parsed[checksum] = Catalogue.model_validate_json(json.dumps(content))
    return _parsed[checksum]


def version(session: Session, number: int | None = None) -> tuple[int, Catalogue]:
    """A version of the catalogue; the newest when none is named.

    Raises:
        CatalogueMissing: none was loaded yet.
    """
    query = _NEWEST if number is None else _VERSIONS.where(CatalogueRow.version == number)
    row = session.connection().execute(query).first()
    if row is None:
        raise CatalogueMissing("load one: billing-assistant catalogue load FILE")
    return row.version, _catalogue(session, row.version, row.checksum)


def as_of(session: Session, at: datetime, service_name: str) -> Catalogue:
    """The catalogue that a use of the service at that instant is priced by.

    The newest loaded by then; the oldest for what is older than all. A service that was added later is priced by the
    present catalogue.

    Raises:
        CatalogueMissing: none was loaded yet.
        ServiceNotFound: no service has that name now.
    """
    return History(session).as_of(at, service_name)


class History:
    """All versions in hand, for pricing many uses: each as of its own instant, as `as_of` says."""

    def __init__(self, session: Session) -> None:
        """Raises CatalogueMissing where none was loaded yet."""
        self._session = session
        columns = (CatalogueRow.version, CatalogueRow.loaded_at, CatalogueRow.checksum)
        rows = session.execute(sa.select(*columns).order_by(CatalogueRow.version)).all()
        self._loaded = [(number, loaded_at) for number, loaded_at, _ in rows]
        self._checksums = {number: checksum for number, _, checksum in rows}
        self._priced_by: dict[tuple[int, str], Catalogue] = {}
        self._present = self._version(self._loaded[-1][0] if self._loaded else None)

    def as_of(self, at: datetime, service_name: str) -> Catalogue:
        """The catalogue that prices a use at that instant.

        Raises:
            ServiceNotFound: no service has that name now.
        """
        number = self._loaded[0][0]
        for later, loaded_at in reversed(self._loaded):
            if loaded_at <= at:
                number = later
                break
        found = self._priced_by.get((number, service_name))
        if found is None:
            service(self._present, service_name)
            then = self._version(number)
            found = then if service_name in then.services else self._present
            self._priced_by[number, service_name] = found
        return found

    def _version(self, number: int | None) -> Catalogue:
        if number is None:
            return current(self._session)
        checksum = self._checksums[number]
        return _parsed[checksum] if checksum in _parsed else version(self._session, number)[1]


def every_service(session: Session) -> dict[str, Service]:
    """All services that were ever sold, as they were last."""
    found: dict[str, Service] = {}
    for row in session.connection().execute(_EVERY_VERSION).all():
        found |= _catalogue(session, row.version, row.checksum).services
    return found


def service_names(session: Session) -> dict[str, dict[str, str]]:
    """The names by language of every service that is or was sold."""
    services = every_service(session).items()
    return {name: {str(code): text for code, text in service.names.items()} for name, service in services}


def current(session: Session) -> Catalogue:
    """The newest catalogue."""
    return version(session)[1]


def service(catalogue: Catalogue, name: str) -> Service:
    """A service of it.

    Raises:
        ServiceNotFound: it has none of that name.
    """
    found = catalogue.services.get(name)
    if found is None:
        raise ServiceNotFound(name)
    return found


def rate(catalogue: Catalogue, name: str, currency: str) -> Money:
    """The on-demand price of one unit."""
    return Money.of(service(catalogue, name).rates[currency], currency)


def plan(catalogue: Catalogue, name: str) -> Plan:
    """A plan of it.

    Raises:
        PlanNotFound: it has none of that name.
    """
    found = catalogue.plans.get(name)
    if found is None:
        raise PlanNotFound(name)
    return found


def terms(offered: Plan, interval: Interval) -> PlanTerms:
    """The plan's terms for an interval."""
    return offered.monthly if interval == "monthly" else offered.yearly


def plan_offers(catalogue: Catalogue, currency: str) -> list[PlanOffer]:
    """Every plan and interval in a currency.

    Raises:
        CurrencyUnknown: nothing is sold in it.
    """
    _sold_in(catalogue, currency)
    intervals: tuple[Interval, ...] = ("monthly", "yearly")
    return [
        PlanOffer(
            plan=name,
            names=dict(offered.names),
            interval=interval,
            price=Money.of(terms(offered, interval).price[currency], currency),
            amount=Money.of(terms(offered, interval).amount[currency], currency),
            services=offered.services,
            quotas=terms(offered, interval).quotas,
        )
        for name, offered in catalogue.plans.items()
        for interval in intervals
    ]


def service_offers(catalogue: Catalogue, currency: str) -> list[ServiceOffer]:
    """Every service with its on-demand rate in a currency.

    Raises:
        CurrencyUnknown: nothing is sold in it.
    """
    _sold_in(catalogue, currency)
    return [
        ServiceOffer(service=name, names=dict(offered.names), unit=offered.unit, rate=rate(catalogue, name, currency))
        for name, offered in catalogue.services.items()
    ]


def _sold_in(catalogue: Catalogue, currency: str) -> None:
    if currency not in catalogue.top_up.minimum:
        raise CurrencyUnknown(currency)
