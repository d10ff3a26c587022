"""Numbers as people write them: figures, English words, kanji and Hangul numerals, and mixtures."""

from __future__ import annotations

import re
from decimal import Decimal

from price_parser.parser import parse_number

_UNITS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
_SMALL = {word: at for at, word in enumerate(f"{_UNITS} eighteen nineteen".split(), 1)}
_ROUND = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_TENS = {word: at * 10 for at, word in enumerate(_ROUND, 2)}
_SCALES = {"thousand": 10**3, "grand": 10**3, "million": 10**6, "billion": 10**9}
_WORD = "|".join(sorted([*_SMALL, *_TENS, "hundred", *_SCALES], key=len, reverse=True))
ENGLISH = (
    rf"\b(?:(?:an?|half a|a couple(?: of)?)\s+(?=hundred|{'|'.join(_SCALES)}))?(?:{_WORD})"
    rf"(?:(?:\s+and\s+|[\s-]+)(?:{_WORD}))*\b"
)
SUFFIXES = {"k": 10**3, "m": 10**6, "mn": 10**6, "mil": 10**6, "bn": 10**9, "hundred": 100} | _SCALES

FIGURES = r"[0-9]+(?:[.,][0-9]+)*"
_DIGIT = {c: at for row in ("〇一二三四五六七八九", "零壱弐参", "영일이삼사오육칠팔구") for at, c in enumerate(row)} | {
    "륙": 6
}
_POWER = {"十": 10, "拾": 10, "십": 10, "百": 100, "백": 100, "千": 1000, "천": 1000}
_MYRIAD = {"万": 10**4, "萬": 10**4, "만": 10**4, "億": 10**8, "억": 10**8, "兆": 10**12, "조": 10**12}
_MULTIPLE = "".join([*_POWER, *_MYRIAD])
_LEADING = r"(?:[천백]\s?(?=[0-9]+\s?[십백만]))?"  # 천 4백만
MIXED = rf"{_LEADING}{FIGURES}\s?[{_MULTIPLE}](?:\s?(?:{FIGURES})?[{_MULTIPLE}])*(?:\s?{FIGURES}(?![0-9]))?"
KANJI = r"[〇零一二三四五六七八九壱弐参十拾百千万萬億兆]+"
_SECTION = r"(?:[일이삼사오육륙칠팔구]?[십백천]){1,3}(?:이(?!요)|[일삼사오육륙칠팔구])?"  # 오십이요 is a polite 오십
HANGUL = rf"(?:(?:{_SECTION}|[일이삼사오육륙칠팔구])?[조억만]\s?){{1,3}}(?:{_SECTION})?|{_SECTION}"
_HUNDRED_MILLIONS = re.compile(r"[億억]\s?[^億억万만]?[千천]$")  # 1억 5천 is 1억 5천만
_EAST_TOKEN = re.compile(rf"{FIGURES}|\S")
_NATIVE = {c: at for at, c in enumerate(["한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"], 1)} | {
    "석": 3,
    "넉": 4,
}
_VAGUE = {"couple": 2, "few": 3, "several": 3, "数": 3, "몇": 3}

_COMMAS = re.compile(r"[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3,4}(?:\.[0-9]+)?")
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_POINTS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]{1,2}|[0-9]+,[0-9]{1,2}")


def figures(text: str) -> Decimal | None:
    """The value of figures: 1,000.50, 1.000,50 and 12,50 alike; None for versions, lists and the like (3.6.21)."""
    if _COMMAS.fullmatch(text) or _PLAIN.fullmatch(text):
        return parse_number(text, decimal_separator=".")
    if _POINTS.fullmatch(text):
        return parse_number(text, decimal_separator=",")
    return None


def times(value: Decimal, factor: int) -> Decimal:
    """The product, without the empty decimals that it takes over (1.5k is 1500, not 1500.0)."""
    product = value * factor
    return product.to_integral_value() if product == product.to_integral_value() else product.normalize()


def eastern(text: str) -> Decimal | None:
    """The value of kanji or Hangul numerals, with or without figures among them: 3万5千, 이십오만, 二万."""
    total = Decimal(0)
    section = Decimal(0)
    current: Decimal | None = None
    for token in _EAST_TOKEN.findall(text):
        if token in _MYRIAD:
            section += current or Decimal(0)
            total, section, current = total + (section or Decimal(1)) * _MYRIAD[token], Decimal(0), None
        elif token in _POWER:
            section, current = section + (Decimal(1) if current is None else current) * _POWER[token], None
        elif token in _DIGIT:
            current = (current or Decimal(0)) * 10 + _DIGIT[token]
        else:
            current = figures(token)
            if current is None:
                return None
    if _HUNDRED_MILLIONS.search(text):
        section *= 10**4
    return times(total + section + (current or 0), 1)


def english(text: str) -> Decimal:
    """The value of English number words: "two thousand five hundred", "a hundred and twenty-five"."""
    total, current = Decimal(0), Decimal(0)
    for word in re.findall(r"[a-z]+", text.lower()):
        if word == "hundred":
            current = (current or Decimal(1)) * 100
        elif word in _SCALES:
            total, current = total + (current or Decimal(1)) * _SCALES[word], Decimal(0)
        elif word == "half":
            current = Decimal("0.5")
        elif word == "couple":
            current = Decimal(2)
        else:
            value = _SMALL.get(word) or _TENS.get(word) or 0
            current = current * (100 if 0 < current < 10 <= value else 1) + value  # three fifty
    return times(total + current, 1)


COUNT = (
    rf"(?:[0-9]{{1,4}}|(?:a\s+)?(?:couple|few|several)(?:\s+of)?|(?:{_WORD})|[一二三四五六七八九十]{{1,3}}|数|半"
    rf"|[일이삼사오육칠팔구십]{{1,3}}(?=주|개|년)|[이삼사오육칠팔구]?십[일이삼사오육칠팔구]?(?=일)|일(?=주)|몇|{'|'.join(_NATIVE)})"
)


def count(text: str) -> int:
    """A small whole number as `COUNT` matches it; "a few" is three."""
    word = text.lower().strip()
    for vague, value in _VAGUE.items():
        if vague in word.split() or vague == word:
            return value
    if word in _NATIVE:
        return _NATIVE[word]
    if word.isascii():
        return int(word) if word.isdigit() else int(english(word))
    return int(eastern(word) or 0)
