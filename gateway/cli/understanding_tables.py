"""The tables and the JSON of `understanding`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

from rich.console import Console
from rich.table import Table

from assistant.evaluation.corpus import LANGUAGES
from assistant.evaluation.gate import figures
from assistant.evaluation.measure import Measured

_WIDTH = 120


def as_data(language: str, measured: Measured) -> dict[str, Any]:
    """All figures of one language."""
    guesses = measured.guesses
    return {
        "language": language,
        **_overall(measured),
        "topics": [topic._asdict() for topic in guesses.by_topic()],
        "confusions": [confusion._asdict() for confusion in guesses.confusions()],
        "reliability": [{k: round(v, 4) for k, v in each._asdict().items()} for each in guesses.reliability()],
    }


def print_report(language: str, measured: Measured) -> None:
    """The same for people."""
    guesses, console = measured.guesses, Console()
    topics = [(t.topic, *map(_percent, (t.precision, t.recall, t.f1)), t.sentences) for t in guesses.by_topic()]
    bins = [(f"{b.at_least:.1f}", b.guesses, _percent(b.confidence), _percent(b.right)) for b in guesses.reliability()]
    console.print(_table("topics", ["topic", "precision", "recall", "F1", "sentences"], topics))
    console.print(_table("confusions", ["topic", "taken for", "times", "example"], guesses.confusions()))
    console.print(_table("calibration", ["confidence from", "guesses", "confident", "right"], bins))
    console.print(_table(f"{language}: all sentences", ["figure", "value"], list(_overall(measured).items())))


def summary_data(measured: Measured, failures: list[str]) -> dict[str, Any]:
    """The figures of every language, and what is not good enough."""
    return {"languages": {code: _overall(one) for code, one in _languages(measured)}, "failures": failures}


def summary(measured: Measured) -> str:
    """One table, a row a language."""
    rows = [(code, *_overall(one).values()) for code, one in _languages(measured)]
    text = StringIO()
    titles = [name.replace("_", " ") for name in _overall(measured)]
    Console(file=text, width=_WIDTH).print(_table("held-out sentences", ["", *titles], rows))
    return text.getvalue()


def _languages(measured: Measured) -> Iterator[tuple[str, Measured]]:
    yield from ((code, measured.only(code)) for code in LANGUAGES)


def _overall(measured: Measured) -> dict[str, float]:
    return {
        "sentences": len(measured.guesses.sentences),
        **figures(measured.guesses),
        "p50_ms": measured.percentile(50),
        "p99_ms": measured.percentile(99),
    }


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _table(title: str, columns: list[str], rows: Iterable[Iterable[Any]]) -> Table:
    table = Table(*columns, title=title, box=None, title_justify="left")
    for row in rows:
        table.add_row(*map(str, row))
    return table
