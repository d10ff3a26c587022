"""A clock that stands still until it is moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def at(text: str) -> datetime:
    """An instant: `2026-03-10`, `2026-03-10T09:30` (both UTC) or with an offset of its own."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class SettableClock:
    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def set(self, moment: datetime | str) -> None:
        self.now = at(moment) if isinstance(moment, str) else moment.astimezone(UTC)

    def forward(self, **by: float) -> None:
        """`forward(days=1)`: the words of `timedelta`."""
        self.now += timedelta(**by)
