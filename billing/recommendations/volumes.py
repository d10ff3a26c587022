"""The same use, more or less of it: what each plan costs at other volumes, and where another becomes the cheapest."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from billing.money import Money
from billing.recommendations.comparison import Comparison
from billing.recommendations.offers import Offer
from billing.recommendations.pricing import Span, Use
from billing.recommendations.schemas import Crossing, PlanPrice, VolumePoint

WHOLE = 1000
"""Volumes are counted in thousandths of the use that there was: this is all of it, once."""
VOLUMES = range(0, 3 * WHOLE + 1, WHOLE // 4)
"""Nothing, a quarter more each, to three times as much."""

Prices = Callable[[int], list[PlanPrice]]


def prices(compared: Comparison, offers: list[Offer]) -> Prices:
    """Each volume priced on every offer, in the order of the offers; once a volume."""
    known: dict[int, list[PlanPrice]] = {}

    def at(volume: int) -> list[PlanPrice]:
        if volume not in known:
            days = [(day, scaled(span, volume)) for day, span in compared.days]
            more = replace(compared, days=days)
            known[volume] = [more.on(offer) for offer in offers]
        return known[volume]

    return at


def points(at: Prices) -> list[VolumePoint]:
    """Spend as a function of volume, offer by offer: what a chart draws."""
    return [
        VolumePoint(volume=_factor(volume), on_demand=_on_demand(at(volume)), totals=[o.total for o in at(volume)])
        for volume in VOLUMES
    ]


def crossings(at: Prices) -> list[Crossing]:
    """The volumes, to the thousandth, from which on another offer is the cheapest than just below.

    Two that lie between neighbouring `VOLUMES` and undo each other are not looked for.
    """
    steps = itertools.pairwise(VOLUMES)
    return [_crossing(at, volume) for low, high in steps for volume in _changes(at, low, high)]


def scaled(span: Span, volume: int) -> Span:
    """A span's use times a volume, to the thousandth of a unit.

    Running sums are rounded, half up, not single uses: so shorter spans add up to the longer exactly.
    """
    return _scaled(span, volume, {})


def _scaled(span: Span, volume: int, before: dict[str, int]) -> Span:
    sums = []
    for service, quantity in span.sums:
        begun = before.get(service, 0)
        sums.append(Use(service, _times(begun + quantity, volume) - _times(begun, volume)))
    inner = span.parts
    if inner is None:
        return Span(tuple(sums))
    return Span(tuple(sums), lambda: list(_parts(inner(), volume, dict(before))))


def _parts(spans: Iterable[Span], volume: int, before: dict[str, int]) -> Iterator[Span]:
    for span in spans:
        yield _scaled(span, volume, dict(before))
        for service, quantity in span.sums:
            before[service] = before.get(service, 0) + quantity


def _times(quantity: int, volume: int) -> int:
    return (2 * quantity * volume + WHOLE) // (2 * WHOLE)


def _changes(at: Prices, low: int, high: int) -> Iterator[int]:
    if _cheapest(at(low)) == _cheapest(at(high)):
        return
    if high - low == 1:
        yield high
        return
    middle = (low + high) // 2
    yield from _changes(at, low, middle)
    yield from _changes(at, middle, high)


def _crossing(at: Prices, volume: int) -> Crossing:
    below, here = at(volume - 1), at(volume)
    old, new = below[_cheapest(below)], here[_cheapest(here)]
    return Crossing(
        volume=_factor(volume),
        on_demand=_on_demand(here),
        total=new.total,
        from_plan=old.plan,
        from_interval=old.interval,
        to_plan=new.plan,
        to_interval=new.interval,
    )


def _cheapest(priced: list[PlanPrice]) -> int:
    """Of equal ones what binds least: no plan, then the shorter period."""
    return min(
        range(len(priced)),
        key=lambda n: (priced[n].total.units, priced[n].plan is not None, priced[n].interval == "yearly", n),
    )


def _on_demand(priced: list[PlanPrice]) -> Money:
    return next(option.total for option in priced if option.plan is None)


def _factor(volume: int) -> Decimal:
    return Decimal(volume) / WHOLE
