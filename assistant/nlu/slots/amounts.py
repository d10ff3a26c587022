"""The amount of money that a message asks for, and its currency."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from assistant.nlu.slots import currencies, numbers, surroundings
from assistant.nlu.slots.choice import ruled_out

_SUFFIX = "|".join(sorted(numbers.SUFFIXES, key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?P<mixed>{numbers.MIXED})(?!큼)|(?P<figures>{numbers.FIGURES})(?:\s?(?P<suffix>{_SUFFIX})(?![A-Za-z]))?"
    rf"|(?P<english>{numbers.ENGLISH})|(?P<kanji>{numbers.KANJI})|(?P<hangul>{numbers.HANGUL})",
    re.IGNORECASE,
)
# thousands apart by spaces, which only a currency tells from two numbers, or by apostrophes
_BEHIND_CURRENCY = "|".join(f"(?<={name}[0-9]{{{n}}})" for name in ("[$€£₩¥]", "[A-Z]{3} ") for n in (1, 2, 3))
_SPACED = re.compile(
    r"(?<![0-9.,])[0-9]{1,3}(?:(?: [0-9]{3})+(?=(?:[.,][0-9]{1,2})? ?(?:[A-Z]{3}\b|[$€£₩¥원円]|won|yen|euro|dollar))"
    rf"|(?:{_BEHIND_CURRENCY})(?: [0-9]{{3}})+(?![0-9])|(?:'[0-9]{{3}})+(?![0-9]))"
)
_POINT_GROUP = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_YEARS = range(2015, 2040)
_HTTP_ERRORS = frozenset((401, 403, 404, 408, 409, 422, 429, 502, 503, 504))  # 400 and 500 are sums of money too
_CENTS = re.compile(r"\s?(?:¢|cents?\b|セント|센트)", re.IGNORECASE)
_CENTS_JOIN = re.compile(r"[\s,]*(?:and|と)?\s*", re.IGNORECASE)
_LONGEST = 80
_TOO_MUCH = 10**15
_MOST_DIGITS = 15  # more are a card's or an account's number


class _Found(NamedTuple):
    value: Decimal
    currency: str | None
    start: int
    end: int
    cents: bool = False


def _value(match: re.Match[str]) -> Decimal | None:
    raw = match.group()
    if len(raw) > _LONGEST or len(re.findall("[0-9]", raw)) > _MOST_DIGITS:
        return None
    if match["figures"]:
        value = numbers.figures(match["figures"])
        return numbers.times(value, numbers.SUFFIXES[match["suffix"].lower()]) if value and match["suffix"] else value
    return numbers.english(raw) if match["english"] else numbers.eastern(raw)


def _says_a_number(text: str, match: re.Match[str]) -> bool:
    """Whether numerals in kanji or Hangul are meant as such, currency or not."""
    raw, start = match.group().strip(), match.start()
    if match["english"] or match["figures"]:
        return True
    if surroundings.vague(text, start):
        return False
    if not match["hangul"]:
        return True
    multiple = raw not in ("조", "억") and bool(re.search("[십백천만억]", raw))
    return multiple and not (raw[0] in "십백천만억조" and surroundings.particle(text, start))


def _stands_free(text: str, match: re.Match[str], value: Decimal) -> bool:
    """Whether a number without a currency is nonetheless money and not a count, a label or a year."""
    raw, start = match.group(), match.start()
    short_words = match["english"] and value < 10
    kanji_word = match["kanji"] and (len(raw) == 1 or raw[-1] not in ("万億" if raw[0] in "十百千" else "十百千万億"))
    hangul_word = match["hangul"] and (len(raw) == 1 or surroundings.particle(text, start))
    minutes = (match["suffix"] or "").lower() in ("m", "mil")
    year = len(raw) == 4 and raw.isdigit() and int(raw) in _YEARS
    label = raw.isdigit() and ((raw[0] == "0" and value) or int(raw) in _HTTP_ERRORS)
    if short_words or kanji_word or hangul_word or minutes or year or label:
        return False
    return not surroundings.named(text, start) and surroundings.free(text, match.end(), bool(match["hangul"]))


def _read(text: str, match: re.Match[str]) -> _Found | None:
    start, end = match.span()
    value = _value(match)
    if value is None or value >= _TOO_MUCH or not _says_a_number(text, match):
        return None
    back = currencies.after(text, end)
    front = currencies.before(text, start) or currencies.before(text, start - (text[start - 1 : start] == "-"))
    if not front and surroundings.glued(text, start, bool(back)):
        return None
    cents = None if front or back else _CENTS.match(text, end)
    if cents:
        value, back = value / 100, ("USD", cents.end())
    currency, begin = front or (back[0] if back else None, start)
    if not currency and not _stands_free(text, match, value):
        return None
    if currency and (currency == "EUR" or currencies.whole_units(currency)) and _POINT_GROUP.fullmatch(match.group()):
        value = numbers.times(value, 1000)  # 1.500 won: nobody means one and a half
    if surroundings.negative(text, begin) or text[begin:start].endswith("-"):
        value = -value
    return _Found(value, currency, begin, back[1] if back and not front else end, bool(cents))


def _with_cents(text: str, found: list[_Found]) -> list[_Found]:
    """The amounts, where cents right behind dollars are part of them: 2 dollars and 5 cents, 2ドル5セント."""
    whole: list[_Found] = []
    for each in found:
        last = whole[-1] if whole else None
        if last and each.cents and last.currency == each.currency and _CENTS_JOIN.fullmatch(text, last.end, each.start):
            whole[-1] = last._replace(value=last.value + each.value, end=each.end)
        else:
            whole.append(each)
    return whole


def _candidates(text: str) -> list[_Found]:
    found: list[_Found] = []
    later: re.Match[str] | None = None
    kept = True
    for match in reversed(list(_NUMBER.finditer(text))):
        each = _read(text, match)
        if each and not each.currency and later and not kept and surroundings.reaches(text, match.end(), later.start()):
            each = None  # 3 to 5 sessions
        later, kept = match, each is not None
        if each and not ruled_out(text, each.start, each.end):
            found.insert(0, each)
    return _with_cents(text, found)


def find(text: str) -> tuple[str | None, str | None]:
    """The amount as a plain decimal string and the currency's ISO 4217 code, each None when not named.

    Rules: figures, number words, 万/千, 만/천 and `k` count; a minus sign stays. A number with a unit, with a label
    before it, with letters glued to it or with a percent sign is no amount; nor is a year. What is ruled out ("not
    50", "instead of 50", 50 말고) does not count; an amount with a currency goes before one without; the last of them
    wins. A currency named elsewhere in the message belongs to an amount that has none.
    """
    text = _SPACED.sub(lambda match: re.sub("[ ']", "", match.group()).rjust(len(match.group())), text)
    found = _candidates(text)
    if not found:
        return None, currencies.find(text)
    best = ([each for each in found if each.currency] or found)[-1]
    return format(best.value or abs(best.value), "f"), best.currency or currencies.find(text)


def without(text: str, gap: str) -> str:
    """The text with each amount taken out, the currency beside it too."""
    for each in _candidates(text):
        text = text[: each.start] + gap * (each.end - each.start) + text[each.end :]
    return text
