"""Holding a text's numerals against what its answer may say: each against the fact of the place that it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from billing.answers.schemas import Orphan, Trace
from billing.proof import explanations
from billing.proof.facts import Derivation, Record
from billing.proof.numerals import PATTERNS, numerals, plain
from billing.proof.places import ALL_SAID, NOTHING, PLACES
from billing.proof.records import Records

_PLACE = re.compile(r"\{(\w+)\}")
_KINDS = {**PATTERNS, "quantity": rf"\D*?{PATTERNS['number']}\D*?"}
"""A quantity is a number and its unit, whose place a text of its own fills."""
_OF_WORDS = frozenset({"term", "service"})
"""Kinds that are held against a fact and hold no numeral."""


def orphans(session: Session, trace: Trace, text: str, texts: Mapping[str, str]) -> tuple[int, list[Orphan]]:
    """How many numerals the text has, and what does not follow from the database as of the trace's position.

    `texts`: the responses of then by their names, in the text's language. A numeral in the place of one fact that is
    another's does not follow, nor does a list from which a record is left out.
    """
    if trace.explaining is not None:
        then = Records(session, trace.account, trace.explaining.trace.position)
        return explanations.orphans(then, trace.explaining, text, texts)
    records = Records(session, trace.account, trace.position)
    return _Check(records, trace.topic, texts, Derivation(records, trace).records()).of(text)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a response or term, with places."""

    key: str
    group: str
    pattern: re.Pattern[str]
    places: Mapping[str, tuple[str, str]]
    """By place: the kind, and the fact."""


@dataclass(slots=True)
class _Check:
    records: Records
    topic: str
    texts: Mapping[str, str]
    facts: list[Record]

    def of(self, text: str) -> tuple[int, list[Orphan]]:
        lines, found, count = list(self._lines()), list[Orphan](), 0
        for said in filter(None, map(plain, text.splitlines())):
            known, wrong = self._line(said, lines)
            count += known + len(wrong)
            found += wrong
        left_out = (each for each in self.facts if each.group in ALL_SAID)
        return count, found + [Orphan(text="", reason=f"a record of {each.group} is left out") for each in left_out]

    def _lines(self) -> Iterator[_Line]:
        for key, (group, places) in PLACES[self.topic].items():
            for line in filter(None, map(plain, self.texts.get(key, "").splitlines())):
                yield _line(key, group, line, places)

    def _line(self, said: str, lines: list[_Line]) -> tuple[int, list[Orphan]]:
        """Of all that it may be an instance of, that by which least is wrong."""
        readings = [self._reading(line, match) for line in lines if (match := line.pattern.fullmatch(said))]
        if not readings:
            loose = numerals(said, self.records.names)
            return 0, [Orphan(text=each.text, reason="no line of the responses has this") for each in loose]
        known, wrong, record = min(readings, key=lambda reading: len(reading[1]))
        if record is not None and record.group in ALL_SAID and not wrong:
            self.facts.remove(record)  # each is said once
        return known, wrong

    def _reading(self, line: _Line, match: re.Match[str]) -> tuple[int, list[Orphan], Record | None]:
        """How many numerals are in their places, what is wrong with the others, and the record that they are of."""
        free = [place for place, (kind, _) in line.places.items() if kind == "words"]
        loose = [each for place in free for each in numerals(match[place], self.records.names)]
        wrong = [Orphan(text=each.text, reason="no figure is said in this place") for each in loose]
        bound = {place: match[place] for place in line.places if place not in free}
        records = [each for each in self.facts if each.group == line.group]
        tried = [(self._differing(line, bound, record), record) for record in records]
        differing, record = min(tried, key=lambda each: len(each[0]), default=(list(bound), None))
        wrong += [Orphan(text=bound[place], reason=f"{place} of {line.group} is not this") for place in differing]
        if record is not None:
            nothing = [name for name in NOTHING.get(line.key, ()) if record.facts.get(name)]
            wrong += [Orphan(text=match[0], reason=f"{name} of {line.group} is not nothing") for name in nothing]
        right = [place for place in bound if place not in differing and line.places[place][0] not in _OF_WORDS]
        return len(right), wrong, record

    def _differing(self, line: _Line, said: Mapping[str, str], record: Record) -> list[str]:
        return [place for place, text in said.items() if not self._says(text, *line.places[place], record)]

    def _says(self, text: str, kind: str, name: str, record: Record) -> bool:
        fact = record.facts.get(name)
        if fact is None:
            return kind == "service"  # what an entry that is no use was for is not derived
        if kind == "term":
            return text == plain(self.texts.get(f"utter_term_{name}_{fact}", ""))
        if isinstance(fact, frozenset):
            return text in map(plain, fact)
        found = numerals(text, () if kind != "quantity" else self.records.names)
        return len(found) == 1 and found[0].says(fact, kind, self.records.currency)


def _line(key: str, group: str, text: str, places: Mapping[str, str]) -> _Line:
    pieces = _PLACE.split(text)
    told = {place: places.get(place, "words") for place in pieces[1::2]}
    named = {place: _named(place, kind) for place, kind in told.items() if kind != "lines"}
    pattern = [re.escape(piece) for piece in pieces]
    pattern[1::2] = [
        f"(?P<{place}>{_KINDS.get(named[place][0], '.*?')})" if place in named else "" for place in pieces[1::2]
    ]
    return _Line(key, group, re.compile("".join(pattern)), named)


def _named(place: str, told: str) -> tuple[str, str]:
    kind, _, name = told.partition(" ")
    return kind, name or place
