"""Numbers of payment cards taken out of a message before anything keeps it; only the last four digits stay.

A number counts by its length, its issuer's prefix (ISO/IEC 7812) and its check digit (Luhn), however it is written:
full-width, in groups, with spaces, dashes or dots. The security code and the expiry beside one go with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_LAST_FOUR = "•••• {}"
_HIDDEN = "•••"
CONCEALED = re.compile(r"•{4} [0-9]{4}|•{3}")
"""What stands in the place of a number, and of a security code or an expiry."""

_LEAST, _MOST = 13, 19
_ISSUED = (
    ("4", {13, 16, 19}),
    ("5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720", {16}),
    ("3[47]", {15}),
    ("6011|64[4-9]|65|62", set(range(16, 20))),
    ("352[89]|35[3-8]", set(range(16, 20))),
    ("30[0-5]|3095|3[689]", set(range(14, 20))),
    ("5018|5020|5038|5893|6304|6759|676[1-3]", set(range(13, 20))),
    ("220[0-4]|94|81|60|508", {16}),
)
"""Prefixes and lengths: Visa, Mastercard, American Express, Discover and UnionPay, JCB, Diners, Maestro, others."""
_PREFIXES = tuple((re.compile(prefix), lengths) for prefix, lengths in _ISSUED)
_LONGEST_GAP = 3
"""Signs between two digits of one number."""
_LONG = 16
"""Digits of a group that may hold more than a number: one written together with its expiry."""
_PHONE = 15
"""Digits of the longest telephone number (E.164)."""

_DATE = re.compile(r"(?<!\d)(?:\d{1,2}[-. ]\d{1,2}[-. ](?:19|20)\d\d|(?:19|20)\d\d[-. ]\d{1,2}[-. ]\d{1,2})(?!\d)")
_CODE_WORD = (
    r"(?:\b(?:cvc|cvv|cvn|cid|csc)(?:2|\b)|security\s+code"
    r"|セキュリティ\s?(?:コード|番号)|보안\s?(?:코드|번호)|카드\s?확인\s?번호)"
)
_CODE = re.compile(rf"({_CODE_WORD}[^\d\n•]{{0,12}})\d{{3,4}}(?!\d)", re.IGNORECASE)
_EXPIRY_WORD = r"(?:\bexp(?:iry|ires?|iration)?\b|\bvalid\b|有効期限|유효\s?기간|만료)"
_WITH_SLASH = r"(?<!\d)(?:0?[1-9]|1[0-2])\s?[/\-.／月월]\s?(?:20)?\d\d[年년]?(?!\d)"
_EXPIRY = rf"(?:{_WITH_SLASH}|(?<!\d)(?:0[1-9]|1[0-2])[2-4]\d(?!\d))"
_MONEY = r"\s?(?:[%$€£¥₩円万원만엔]|usd|krw|jpy|eur|won|yen|dollars?|euros?|bucks)"
_MARK = "(?:•{4} [0-9]{4}|(?<!•)•{3}(?!•))"
_BESIDE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"({_EXPIRY_WORD}[^\d\n•]{{0,12}}){_EXPIRY}()",
        rf"({_MARK}[^\d\n•]{{1,20}}){_WITH_SLASH}()",
        rf"({_MARK}[^\w•]{{1,4}}){_EXPIRY}()",
        rf"(){_WITH_SLASH}([^\d\n•]{{1,20}}•{{4}} [0-9]{{4}})",
        rf"({_MARK}[^\w•]{{1,4}})\d{{3,4}}(?!\d|[.,:]\d|{_MONEY})()",
    )
)


@dataclass(frozen=True, slots=True)
class _Digit:
    """A digit of a message: where it stands, and whether it follows the one before without a gap."""

    value: str
    start: int
    end: int
    joined: bool


def conceal(text: str) -> tuple[str, bool]:
    """The text without card numbers and what stands beside them, and whether it had any."""
    concealed = text
    spans = list(_numbers(text))
    for start, end, digits in reversed(spans):
        after = concealed[end:]
        concealed = concealed[:start] + _LAST_FOUR.format(digits[-4:]) + (" " if _digits(after[:1]) else "") + after
    plain = _ascii_digits(concealed)
    hidden = _CODE.sub(rf"\1{_HIDDEN}", plain)
    for pattern in _BESIDE if spans else ():
        hidden = pattern.sub(rf"\1{_HIDDEN}\2", hidden)
    return (concealed, bool(spans)) if hidden == plain else (hidden, True)


def without_concealed(text: str, filler: str) -> str:
    """The text with a filler in place of each mark: the last four digits are no amount and no code."""
    return CONCEALED.sub(filler, text)


def _numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each number stands, from left to right, never two over one another."""
    for run in _runs(text):
        if len(run) < _LEAST:
            continue
        begins = [at for at, digit in enumerate(run) if not digit.joined]
        free_until = 0
        for start, stop in pairwise([*begins, len(run)]):
            inside = range(start, stop) if stop - start > _LONG else (start,)
            for at in inside:
                end = _longest(text, run, at, stop) if at >= free_until else None
                if end is not None:
                    yield run[at].start, run[end - 1].end, "".join(each.value for each in run[at:end])
                    free_until = end


def _runs(text: str) -> Iterator[list[_Digit]]:
    """Digits with nothing between them but what separates groups of one number."""
    run: list[_Digit] = []
    gap = 0
    for at, sign in enumerate(text):
        value = _digits(sign)
        if value:
            run += [_Digit(digit, at, at + 1, bool(run) and gap == 0) for digit in value]
            gap = 0
        elif run and gap < _LONGEST_GAP and _separates(sign):
            gap += 1
        elif run:
            yield run
            run, gap = [], 0
    if run:
        yield run


def _longest(text: str, run: list[_Digit], at: int, stop: int) -> int | None:
    """Where the longest card number that begins there ends: with a group, or within its own where that is long."""
    within = stop - at > _LEAST and (run[at].joined or stop - at > _LONG)
    for end in range(min(at + _MOST, len(run)), at + _LEAST - 1, -1):
        whole = end == len(run) or not run[end].joined
        if (whole or (within and end < stop)) and _is_card(text, run, at, end):
            return end
    return None


def _is_card(text: str, run: list[_Digit], start: int, end: int) -> bool:
    digits = "".join(each.value for each in run[start:end])
    known = any(len(digits) in lengths and prefix.match(digits) for prefix, lengths in _PREFIXES)
    return known and _passes_luhn(digits) and not _is_something_else(text, run, start, end)


def _is_something_else(text: str, run: list[_Digit], start: int, end: int) -> bool:
    """A telephone number, an amount in thousands, or dates beside each other."""
    before = text[max(0, run[0].start - 2) : run[0].start].rstrip()
    written = text[run[start].start : run[end - 1].end]
    starts = [at for at in range(start, end) if at == start or not run[at].joined] + [end]
    groups = [after - before for before, after in pairwise(starts)]
    in_thousands = len(groups) > 3 and all(group == 3 for group in groups[1:])
    return (
        (before.endswith("+") and end - start <= _PHONE) or in_thousands or bool(_DATE.search(_ascii_digits(written)))
    )


def _passes_luhn(digits: str) -> bool:
    numbers = [int(digit) for digit in reversed(digits)]
    doubled = [sum(divmod(2 * number, 10)) for number in numbers[1::2]]
    return (sum(numbers[::2]) + sum(doubled)) % 10 == 0 and len(set(digits)) > 1


def _digits(sign: str) -> str:
    """The decimal digits that a sign is written for: full-width, circled, of any script. Fractions are none."""
    if not sign:
        return ""
    plain = unicodedata.decimal(sign, None)
    if plain is not None:
        return str(plain)
    if sign.isascii() or not unicodedata.category(sign).startswith("N"):
        return ""
    same = unicodedata.normalize("NFKC", sign)
    return same if same.isascii() and same.isdecimal() else ""


def _separates(sign: str) -> bool:
    return sign in "._-\t\n\r·・ー" or unicodedata.category(sign) in {"Zs", "Pd", "Cf", "Mn", "Me"}


def _ascii_digits(text: str) -> str:
    """The same text, sign for sign, with each digit in ASCII where it is one sign."""
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in text)
