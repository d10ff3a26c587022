"""What the benchmark beside stock makes of its measurements."""

from __future__ import annotations

import asyncio
import re

import pytest

from benchmarks.stock.client import Kind, WrongReply, turn
from benchmarks.stock.environment import LOCK, RASA
from benchmarks.stock.figures import Figure, growth, percentile, short
from benchmarks.stock.fingerprint import of_files
from benchmarks.stock.project import with_epochs
from benchmarks.stock.table import figures

RATES = {f"{kind} {senders}": 10.0 for kind in ("knowledge", "live figure") for senders in (8, 64)}
TURNS = {f"{kind} {cut}": 100.0 for kind in ("knowledge", "live figure") for cut in ("p50", "p99")}
NEW = {f"{kind} fresh {cut}": 25.0 for kind in ("knowledge", "live figure") for cut in ("p50", "p99")}
STOCK = RATES | TURNS | {"start": 50.0, "memory": 1500.0, "training": 300.0, "growth": 3.0, "turns": 519.0}
HERE = {name: value / 10 for name, value in STOCK.items()} | NEW | {"growth": 1.0, "turns": 519.0, "bare": 90.0}


class Parrot:
    """A server that always says the same."""

    async def say(self, place: str, text: str) -> str:
        return "You have $5.00."


def test_a_time_is_better_when_it_is_less_and_a_rate_when_it_is_more() -> None:
    assert Figure("a turn", stock=100, here=20, better="less", asked=5).ratio == 5
    assert Figure("turns/s", stock=10, here=80, better="more", asked=8).ratio == 8


@pytest.mark.parametrize(("here", "holds"), [(20, "yes"), (20.1, "no")])
def test_what_was_asked_holds_at_exactly_so_many_times(here: float, holds: str) -> None:
    assert Figure("a turn", stock=100, here=here, better="less", asked=5).row()["holds"] == holds


@pytest.mark.parametrize(("here", "holds"), [(1.2, "yes"), (1.21, "no")])
def test_growth_is_held_against_its_own_limit_whatever_stock_does(here: float, holds: str) -> None:
    row = Figure("turn 500 / turn 5", stock=1.0, here=here, better="flat", asked=1.2).row()
    assert (row["holds"], row["asked"]) == (holds, "<= 1.2")


def test_where_nothing_is_asked_or_known_nothing_is_said_to_hold() -> None:
    assert Figure("memory", stock=3, here=1, better="less").row()["holds"] == ""
    assert Figure("memory", stock=None, here=1, better="less", asked=3).row()["holds"] == ""


def test_the_table_has_a_line_for_each_thing_that_was_asked() -> None:
    rows = {row["figure"]: row for row in (f.row() for f in figures(STOCK, HERE, {}, 3))}
    assert rows["live figure turn p50 (ms)"]["ratio"] == 10
    assert rows["live figure turn p50 (ms; here each worded anew)"] == {
        "figure": "live figure turn p50 (ms; here each worded anew)",
        "stock": 100, "here": 25.0, "ratio": 4.0, "asked": ">= 8", "holds": "no",
    }  # fmt: skip
    assert rows["turns/s, knowledge, 64 senders (one process)"]["ratio"] == 0.1
    assert "3 of 100 epochs" in next(name for name in rows if name.startswith("training"))
    assert len(rows) == 17


def test_several_processes_have_lines_of_their_own() -> None:
    several = dict.fromkeys(RATES, 100.0) | {"memory": 500.0}
    rows = {f.name: f for f in figures(STOCK, HERE, {"2 processes": several, "2 on a server": several}, 3)}
    for how in ("2 processes", "2 on a server"):
        assert rows[f"turns/s, live figure, 8 senders ({how})"].ratio == 10
        assert rows[f"turns/s, live figure, 8 senders ({how})"].asked == 12
        assert rows[f"memory, {how} (MB, PSS)"].ratio == 3
    assert rows["turns/s, live figure, 8 senders (one process)"].asked is None  # goals are for all cores


def test_the_percentile_is_a_value_that_was_measured() -> None:
    values = list(range(1, 201))
    assert (percentile(values, 0.5), percentile(values, 0.99), percentile([7], 0.99)) == (100, 198, 7)
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_growth_compares_medians_so_that_one_slow_turn_counts_little() -> None:
    assert growth([99, 99, 10, 10, 900, *[50] * 10, 20, 20, 800], slice(2, 5), 3) == 2


def test_figures_are_shown_to_three_that_count() -> None:
    assert [short(value) for value in (1234.5, 12.345, 0.012345)] == [1234, 12.3, 0.0123]


def test_what_was_built_is_told_by_names_and_contents(tmp_path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "a").write_text("1")
    seen = {of_files(folder), of_files(folder, also="3")}
    (folder / "a").write_text("2")
    seen.add(of_files(folder))
    (folder / "a").rename(folder / "b")
    seen.add(of_files(folder))
    assert len(seen) == 4
    assert of_files(folder) in seen


def test_the_epochs_alone_are_changed_in_the_config() -> None:
    shipped = "  - name: DIETClassifier\n    epochs: 100\n    max_ngram: 4\n  - name: TEDPolicy\n    epochs: 100\n"
    assert with_epochs(shipped, 3) == shipped.replace("100", "3")


def test_a_turn_that_was_answered_wrongly_has_no_time() -> None:
    wanted = Kind("live figure", ["What is my balance?"], "$7.00")
    with pytest.raises(WrongReply, match=re.escape("$5.00")):
        asyncio.run(turn(Parrot(), "a", wanted, 0))


def test_the_lock_has_the_released_rasa_hashes_for_all_and_no_address() -> None:
    lock = LOCK.read_text()
    assert RASA in lock
    assert "://" not in lock
    assert lock.count("==") <= lock.count("--hash=sha256:")
