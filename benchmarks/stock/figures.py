"""The figures of both, and the one table of them: how many times better, and whether what was asked holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Better = Literal["less", "more", "flat"]


@dataclass(frozen=True)
class Figure:
    """One line. `asked`: times better than stock at least; of a `flat` one, what ours may be at most."""

    name: str
    stock: float | None
    here: float
    better: Better
    asked: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times better; None where stock has no figure."""
        if self.better == "flat":
            return self.here
        if not self.stock or not self.here:
            return None
        return self.stock / self.here if self.better == "less" else self.here / self.stock

    @property
    def holds(self) -> bool | None:
        """Whether what was asked is there; None where nothing was."""
        if self.asked is None or self.ratio is None:
            return None
        return self.ratio <= self.asked if self.better == "flat" else self.ratio >= self.asked

    def row(self) -> dict[str, Any]:
        """For people and programs."""
        sign = "<=" if self.better == "flat" else ">="
        return {
            "figure": self.name,
            "stock": "" if self.stock is None else short(self.stock),
            "here": short(self.here),
            "ratio": "" if self.ratio is None else short(self.ratio),
            "asked": "" if self.asked is None else f"{sign} {self.asked:g}",
            "holds": {True: "yes", False: "no", None: ""}[self.holds],
        }


def short(value: float) -> float | int:
    """Three figures that count."""
    return round(value) if abs(value) >= 100 else float(f"{value:.3g}")


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so large a share of them does not exceed (nearest rank).

    Raises:
        ValueError: there is none.
    """
    if not values:
        raise ValueError("no values")
    rank = max(1, -(-len(values) * round(share * 1000) // 1000))
    return sorted(values)[rank - 1]


def growth(taken: Sequence[float], early: slice, late: int) -> float:
    """The median of the last turns over that of the early ones."""
    return percentile(taken[-late:], 0.5) / percentile(taken[early], 0.5)
