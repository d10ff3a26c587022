"""The period that a message names, as inclusive ISO dates."""

from __future__ import annotations

import re
from datetime import date

from assistant.nlu.slots import dates, months, quarters, relative
from assistant.nlu.slots.calendar_spans import ONE, week
from assistant.nlu.slots.choice import ruled_out
from assistant.nlu.slots.spans import DAY, RANGE, ROLLING, WEEK, Span, found
from assistant.nlu.slots.width import mask

# no rule fires on a text without any of these, which spares most messages the search
_WORTH_READING = re.compile(
    r"[0-9日月年週期四昨一-十ぁ-ん오어그이지저전금당올작재최과직요월반분]|\b(?:today|yesterday|yday|last|past|prev|prior|recent|trailing|this|current"
    r"|ago|back|before|[mqy]td|to.date|quarter|half|since|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)
_RULES = (relative.RULES, dates.RULES, months.RULES, quarters.RULES)
_BETWEEN = re.compile(
    r"(?:の)?\s*(?:to|until|till|through|thru|up to|-|~|から|より|부터|에서)\s*(?:the\s)?(?:end of\s)?", re.IGNORECASE
)
_AND = re.compile(
    r"\s*(?:\band\b|\bvs\.?\b|\bversus\b|\bcompared to\b|\b(?:compared )?with\b|&|と|이?랑|와|과|하고)\s*",
    re.IGNORECASE,
)
_BETWEEN_BEFORE = re.compile(r"\bbetween\s+(?:the\s+)?$", re.IGNORECASE)
_BETWEEN_AFTER = re.compile(r"の間|\s?사이")
_WEEK_OF = re.compile(r"\bweek\s+(?:of|commencing|starting|beginning)(?:\s+on)?\s+(?:the\s+)?$", re.IGNORECASE)
_SINCE_BEFORE = re.compile(
    r"\b(?:(?:since|starting|beginning)\s+(?:from\s+|on\s+|in\s+)?(?:the\s+)?|since\s+(?:\w+\s+){1,3}(?:in|on)\s+)$",
    re.IGNORECASE,
)
_SINCE_AFTER = re.compile(
    r"\s?(?:(?:から|以降|以来|に[^、。\s]{1,6}てから|부터|이후|에\s?\S{1,4}\s(?:뒤로|후로|이후))(?!\s?[0-9])|~\s*(?:$|の|現在|今|현재|지금)"
    r"|\s?(?:to|until|till|and|-) ?(?:now|date|present)\b|\s+onwards?\b)",
    re.IGNORECASE,
)
_FROM_BEFORE = re.compile(r"\bfrom\s+(?:the\s+)?$", re.IGNORECASE)
_UNTIL_BEFORE = re.compile(
    r"\b(?:(?:until|till|by|next)|(?:expires?|ends?|due)(?:\s+(?:on|in|at))?)\s+(?:the end of\s+)?$", re.IGNORECASE
)
_UNTIL_AFTER = re.compile(
    r"\s?(?:(?:末|いっぱい|말)?(?:まで|까지)|末[でに]|말[로에]|に(?:切れ|終わ|終了|失効)|에\s?(?:만료|끝|종료))"
)
# a day beside one of these is when to talk, not what to look at
_APPOINTMENT = re.compile(
    r"\b(?:(?<!api )call|ring|phone|remind|meet|meeting|talk|schedule)\b|電話|打ち合わせ|ミーティング|会議|リマインド"
    r"|전화|통화|미팅|회의|연락",
    re.IGNORECASE,
)
_SINCE_INSIDE = re.compile(r"since\b", re.IGNORECASE)


def _longest(spans: list[Span]) -> list[Span]:
    """Of overlapping spans the longest, in the order of the text."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start - s.end, -s.rank)):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return sorted(kept)


def _moved(day: date, year: int) -> date:
    return day.replace(year=year, day=28) if (day.month, day.day) == (2, 29) and year % 4 else day.replace(year=year)


def _join(one: Span, other: Span, today: date) -> Span | None:
    """From the first day of one to the last of the other; an end without a year takes it from the one that has it."""
    first, last = one.first, other.last
    if other.rank > DAY and other.first <= today < last:
        last = today
    if one.yearless and not other.yearless:
        first = _moved(first, last.year)
        first = _moved(first, last.year - 1) if first > last else first
    elif other.yearless and (first > last or not one.yearless):
        last = _moved(last, first.year)
        last = _moved(last, first.year + 1) if first > last else last
    return Span(one.start, other.end, first, last, RANGE, False) if first <= last else None


def _joined(text: str, spans: list[Span], today: date) -> list[Span]:
    joined: list[Span] = []
    for span in spans:
        one = joined[-1] if joined else None
        if one and one.rank < ROLLING and span.rank < ROLLING:
            if span.last == one.first - ONE and _AND.fullmatch(text, one.end, span.start):
                joined[-1] = Span(one.start, span.end, span.first, min(one.last, today), RANGE)  # today and yesterday
                continue
            # "last month and this month" leave no day between them
            between = _BETWEEN_BEFORE.search(text[max(0, one.start - 30) : one.start]) or _BETWEEN_AFTER.match(
                text, span.end
            )
            whole = span.first == one.last + ONE or between
            both = _AND.fullmatch(text, one.end, span.start) if whole else None
            linked = both or _BETWEEN.fullmatch(text, one.end, span.start)
            range_ = _join(one, span, today) if linked else None
            if range_:
                joined[-1] = range_
                continue
        joined.append(span)
    return joined


def _open_ended(text: str, span: Span, today: date) -> Span:
    """A span that "since" or から makes reach until today; so does "from", but "the bill from August" is August's.

    "The week of" makes a day its week.
    """
    if span.rank == DAY and _WEEK_OF.search(text[max(0, span.start - 30) : span.start]):
        first, last = week(span.first)
        return span._replace(first=first, last=last, rank=WEEK)
    since = _SINCE_BEFORE.search(text[max(0, span.start - 30) : span.start]) or _SINCE_INSIDE.match(text, span.start)
    if span.rank == DAY and any(c.isdigit() for c in text[span.start : span.end]):
        since = since or _FROM_BEFORE.search(text[max(0, span.start - 10) : span.start])
    if span.rank < ROLLING and span.first <= today and (since or _SINCE_AFTER.match(text, span.end)):
        return span._replace(last=today, rank=RANGE)
    return span


def _only_an_end(text: str, span: Span) -> bool:
    """Whether the span is where something ends ("until March", 今月末まで), which is no period to look at."""
    until = _UNTIL_BEFORE.search(text[max(0, span.start - 30) : span.start]) or _UNTIL_AFTER.match(text, span.end)
    return bool(until) and span.rank < ROLLING


def find(text: str, today: date) -> tuple[dict[str, str] | None, str]:
    """The period as {"from", "to"}, if any, and the text without all that names days.

    Rules: a week is Monday to Sunday; "last 30 days" ends today and includes it; a month, quarter or year that is not
    over yet runs to today; a month or day without a year is the latest that is not in the future. Where several
    stand, a range goes before a rolling period, then years, months, weeks and days ("today, show me last month"); of
    equals the last. What is ruled out ("not September"), only where something ends ("until March") or when to talk
    ("call me on Monday") does not count.
    """
    if not _WORTH_READING.search(text):
        return None, text
    raw = [span for rules in _RULES for span in found(text, today, rules)]
    spans = [_open_ended(text, span, today) for span in _joined(text, _longest(raw), today)]
    kept = [span for span in spans if not ruled_out(text, span.start, span.end) and not _only_an_end(text, span)]
    if _APPOINTMENT.search(text):
        kept = [span for span in kept if span.rank != DAY]
    for span in spans:
        text = mask(text, span.start, span.end)
    if not kept:
        return None, text
    best = max(kept, key=lambda span: (span.rank, span.start))
    unfinished = DAY < best.rank < ROLLING and best.first <= today < best.last
    return {"from": best.first.isoformat(), "to": (today if unfinished else best.last).isoformat()}, text
