"""The clock: far forward, a little back, to where days, months and summers end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.integration.billing.engine.base import ZONES

BEFORE = timedelta(seconds=1)


def jump(world: Any) -> None:
    """One of them."""
    world.luck.choice([_back, _back, _forward, _to_month_end, _to_changed_clocks])(world)
    world.happened["the clock jumped"] += 1


def _back(world: Any) -> None:
    """As a machine's clock is set right."""
    world.clock.forward(seconds=-world.luck.uniform(0.001, 90))


def _forward(world: Any) -> None:
    world.clock.forward(days=world.luck.choice([0.5, 1, 3]))


def _to_month_end(world: Any) -> None:
    """The last second of a month in some zone."""
    local = world.now.astimezone(ZoneInfo(world.luck.choice(ZONES)))
    first = (local.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if first - local < timedelta(days=8):  # rarely far: a world is to be lived through, not jumped over
        world.clock.set(first.astimezone(UTC) - BEFORE)


def _to_changed_clocks(world: Any) -> None:
    """Just before New York's clocks change, where that is near."""
    zone, now = ZoneInfo("America/New_York"), world.now
    for days in range(1, 8):
        day = (now + timedelta(days=days)).astimezone(zone)
        begin = datetime(day.year, day.month, day.day, tzinfo=zone)
        if begin.utcoffset() != (begin + timedelta(hours=12)).utcoffset():
            world.clock.set(begin.astimezone(UTC) + timedelta(hours=2) - BEFORE)
            return
