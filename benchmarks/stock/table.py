"""Which figures stand in the table, and what is asked of each."""

from __future__ import annotations

from benchmarks.stock.figures import Figure

Measured = dict[str, float]
_KINDS = {"knowledge": (5, 8), "live figure": (8, 12)}
"""Times sooner at least, and times as many turns a second."""


def figures(stock: Measured, here: Measured, several: dict[str, Measured], epochs: int, of: int = 100) -> list[Figure]:
    """All lines, in the order of the table; `several`: what so many workers of the product reach, which use all cores.

    Of one process no rate is asked: the goals are for both cores.
    """
    lines = [line for kind in _KINDS for line in _turn(kind, stock, here)]
    lines += _rates(stock, here, "one process", asked=not several)
    for how, measured in several.items():
        lines += _rates(stock, measured, how)
    for how, measured in several.items():
        lines.append(Figure(f"memory, {how} (MB, PSS)", stock["memory"], measured["memory"], "less"))
    bound = "" if epochs >= of else f"; stock {epochs} of {of} epochs"
    reached = f" (stock: turn {stock['turns']:.0f})"
    return [
        *lines,
        Figure("start to first answer (s)", stock["start"], here["start"], "less", 10),
        Figure("memory (MB, PSS of all processes)", stock["memory"], here["memory"], "less", 3),
        Figure(f"training, same data, on a clean clone (s{bound})", stock["training"], here["training"], "less", 4),
        Figure(f"training, same data, no vector shipped (s{bound})", stock["training"], here["bare"], "less", 4),
        Figure(f"turn 500 / turn 5{reached}", stock["growth"], here["growth"], "flat", 1.2),
    ]


def _turn(kind: str, stock: Measured, here: Measured) -> list[Figure]:
    """One after the other: the same sentences as stock, and for ours also new ones each time."""
    sooner = _KINDS[kind][0]
    return [
        Figure(f"{kind} turn {cut} (ms{said})", stock[f"{kind} {cut}"], here[f"{kind}{new} {cut}"], "less", sooner)
        for new, said in (("", ""), (" fresh", "; here each worded anew"))
        for cut in ("p50", "p99")
    ]


def _rates(stock: Measured, here: Measured, how: str, *, asked: bool = True) -> list[Figure]:
    return [
        Figure(f"turns/s, {kind}, {senders} senders ({how})", stock[name], here[name], "more", times if asked else None)
        for kind, (_, times) in _KINDS.items()
        for senders in (8, 64)
        for name in [f"{kind} {senders}"]
    ]
