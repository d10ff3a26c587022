"""Quarters and halves of a year: Q3, third quarter of 2025, 第3四半期, 작년 4분기, H1, 上半期, 하반기."""

from __future__ import annotations

import re
from datetime import date

from assistant.nlu.slots import calendar_spans as spans
from assistant.nlu.slots import years
from assistant.nlu.slots.spans import MONTH, Resolved, Rule

_NUMBERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "一": 1, "二": 2, "三": 3, "四": 4, "上": 1, "下": 2}
_NUMBERS |= {"상": 1, "하": 2, "일": 1, "이": 2, "삼": 3, "사": 4}
_FLAGS = re.IGNORECASE | re.ASCII  # ASCII word boundaries, since Japanese and Korean follow without a space


def _part(match: re.Match[str], today: date, months: int) -> Resolved:
    name = match["number"].lower()
    number, year = _NUMBERS.get(name) or int(name[0]), years.named(match, today)
    if year is None:
        return spans.latest_part(today, months, number), MONTH, True
    return spans.part_of(year, months, number), MONTH, False


def _quarter(match: re.Match[str], today: date) -> Resolved:
    return _part(match, today, 3)


def _half(match: re.Match[str], today: date) -> Resolved:
    return _part(match, today, 6)


RULES: tuple[Rule, ...] = (
    (re.compile(rf"\b{years.BEFORE}Q(?P<number>[1-4])\b{years.AFTER}?", _FLAGS), _quarter),
    (
        re.compile(
            rf"\b{years.BEFORE}(?P<number>first|second|third|fourth|1st|2nd|3rd|4th) quarter\b{years.AFTER}?", _FLAGS
        ),
        _quarter,
    ),
    (
        re.compile(
            rf"{years.EAST}第?\s?(?P<number>[1-4一二三四]|(?<![가-힣])[일이삼사](?=사?분기))\s?(?:/4|사)?\s?(?:四半期|분기)"
        ),
        _quarter,
    ),
    (re.compile(rf"\b{years.BEFORE}H(?P<number>[12])\b{years.AFTER}?", _FLAGS), _half),
    (
        # "the first half of September" is none
        re.compile(
            rf"\b{years.BEFORE}(?P<number>first|second|1st|2nd) half\b(?:\s+of\s+the\s+year\b|{years.AFTER}|(?=\W*$))",
            _FLAGS,
        ),
        _half,
    ),
    (re.compile(rf"{years.EAST}(?P<number>[上下상하])(?:半期|반기)"), _half),
)
