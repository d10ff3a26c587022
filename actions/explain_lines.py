"""The lines of an explanation: formulas in words and numbers, entries, uses (`utter_term_explain_…`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from actions.texts import Texts
from billing.api import Explained, Source, TracedFigure
from billing.money import Money

_LISTED = 3
"""Entries or uses that are told of each bucket; the card lists more."""
_GROUPS, _MOST = 4, 6
"""Buckets or invoices whose entries are told, and charges or services whose uses are."""
_RATE = "allowed_sessions.rate"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Lines:
    """What is told of one explained answer, step by step."""

    def __init__(self, explained: Explained, names: dict[str, str], texts: Texts) -> None:
        self._explained, self._names, self._texts = explained, names, texts

    def steps(self) -> list[str]:
        """The steps that there are, from the figures down."""
        return [step for step, lines in _STEPS.items() if next(lines(self), None) is not None]

    def of(self, step: str) -> list[str]:
        """The lines of that step."""
        return list(_STEPS[step](self))

    def formulas(self) -> Iterator[tuple[TracedFigure, str]]:
        """Each figure whose formula is put into words, and those."""
        for figure in self._explained.figures:
            words = self._formula(figure)
            if words is not None:
                yield figure, words

    def goes_deeper(self, figure: TracedFigure) -> bool:
        """Whether there are entries, uses or lines below it."""
        return bool(_counted(figure))

    def formula_lines(self) -> Iterator[str]:
        """How each figure is made up."""
        yield from (words for _, words in self.formulas())

    def _formula(self, figure: TracedFigure) -> str | None:
        """In words, where all that these say is known: without a plan no entries of one are counted."""
        key = f"explain_{figure.formula.replace('.', '_')}"
        values = self._values(figure)
        for each in (key, f"{key}_row"):
            if self._texts.has(each) and self._texts.places(each) <= values.keys():
                return self._texts.term(each, **values)
        return None

    def _values(self, figure: TracedFigure) -> dict[str, str]:
        """What a formula's words may say."""
        read = figure.formula.split(".")[0]
        values = {
            _name(other, figure): self._written(other)
            for other in self._explained.figures
            if other.formula.startswith(f"{read}.") and other.of in {"", figure.of}
        }
        parts = [self._written(each) for each in self._explained.figures if each.formula in figure.made_of]
        values |= {"value": self._written(figure), "of": figure.of, "parts": " + ".join(parts)}
        values |= {"today": self._texts.day(self._explained.as_of), "name": self._names.get(figure.of, figure.of)}
        counted = next(iter(_counted(figure)), None)
        if counted is not None and counted.sum is not None:
            values |= {"count": self._texts.number(counted.count), "sum": self._texts.money(counted.sum)}
            values["service"] = self._service(counted)
        row = next((source for source in figure.sources if source.kind == "row" and "/" in source.ref), None)
        if row is not None:
            values["kind"] = self._texts.term(f"kind_{row.ref.partition('/')[0]}")
        if _is_nothing(figure):
            values.pop("value")
        return values

    def _written(self, figure: TracedFigure) -> str:
        if re.fullmatch("[A-Z]{3}", figure.unit):
            money = Money.of(figure.value, figure.unit)
            return self._texts.exact_money(money) if figure.formula == _RATE else self._texts.money(money)
        if figure.unit == "percent":
            return self._texts.percent(Decimal(figure.value))
        if _DAY.match(figure.value):
            return self._texts.day(_instant(figure.value))
        return self._texts.number(Decimal(figure.value))

    @cached_property
    def _sources(self) -> list[Source]:
        """What there is something of, each once; what was before is compared with, and not gone into."""
        found: dict[str, Source] = {}
        for figure, _ in self.formulas():
            if "previous" in figure.formula:
                continue
            for source in _counted(figure):
                found.setdefault(f"{source.kind} {source.ref}", source)
        return [*found.values()]

    def entry_lines(self) -> Iterator[str]:
        """The newest entries of each bucket, or lines of each invoice."""
        for source in [each for each in self._sources if each.kind in {"entries", "lines"}][:_GROUPS]:
            yield self._head(f"explain_head_{source.kind}", source, self._bucket(source))
            for entry in source.entries[:_LISTED]:
                values = {"date": self._texts.day(entry.at), "amount": self._texts.money(entry.amount)}
                what = self._texts.term(f"kind_{entry.kind}") if entry.service is None else self._names[entry.service]
                yield self._texts.term("explain_row_entry", what=what, **values)
            for line in source.lines[:_LISTED]:
                what = self._names.get(line.service or "") or self._texts.term(f"explain_line_{line.text_key}")
                yield self._texts.term("explain_row_line", what=what, amount=self._texts.money(line.amount))

    def use_lines(self) -> Iterator[str]:
        """The newest uses, of each service or charge."""
        for what, use, listed in list(self._used())[:_MOST]:
            yield self._head("explain_head_events", use, what)
            for event in use.events[:listed]:
                yield self._texts.term(
                    "explain_row_use",
                    date=self._texts.day(event.at),
                    service=self._names[event.service],
                    quantity=self._texts.number(Decimal(event.quantity)),
                    amount=self._texts.money(event.amount),
                )

    def _used(self) -> Iterator[tuple[str, Source, int]]:
        """What was used, its uses, and how many of them are listed: of a charge among others the newest alone."""
        for source in self._sources:
            if source.kind == "events":
                yield self._service(source), source, _LISTED
        for source in self._sources:
            for entry in source.entries[:_LISTED]:
                if entry.uses is not None and entry.service is not None:
                    yield self._texts.join([self._bucket(source), self._names[entry.service]]), entry.uses, 1

    def _head(self, key: str, source: Source, what: str) -> str:
        assert source.sum is not None
        return self._texts.term(
            key, what=what, sum=self._texts.money(source.sum), count=self._texts.number(source.count)
        )

    def _bucket(self, source: Source) -> str:
        if source.kind == "lines":
            return source.ref
        kind, _, ref = source.ref.partition("/")
        name = self._texts.term(f"explain_bucket_{kind}")
        return f"{name} V-{int(ref):06d}" if kind == "voucher" else name

    def _service(self, source: Source) -> str:
        """The service whose use it is, or that it is of all."""
        [name, *_] = [self._names[part] for part in source.ref.split("/") if part in self._names] or [None]
        return name or self._texts.term("services_all")


_COUNTED = {"entries", "events", "lines"}
_STEPS: dict[str, Callable[[Lines], Iterator[str]]] = {
    "formula": Lines.formula_lines,
    "entries": Lines.entry_lines,
    "uses": Lines.use_lines,
}


def _counted(figure: TracedFigure) -> list[Source]:
    """What it came from, of which there is some."""
    return [source for source in figure.sources if source.kind in _COUNTED and source.count]


def _is_nothing(figure: TracedFigure) -> bool:
    """A part that is nothing, of which there never was anything: it is left out."""
    return not figure.made_of and not _counted(figure) and re.fullmatch(r"0(?:\.0+)?", figure.value) is not None


def _name(other: TracedFigure, beside: TracedFigure) -> str:
    """What a figure is called in the words of another one: of the same item of a list by its last name."""
    path = other.formula.split(".")[1:]
    return path[-1] if other.of and other.of == beside.of else "_".join(path)


def _instant(value: str) -> date | datetime:
    return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
