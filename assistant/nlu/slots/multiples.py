"""How many times what it was: by 30 %, doubles, half as much, 2割増, 두 배; and whether it grows or falls."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from assistant.nlu.slots import numbers

_FLAGS = re.IGNORECASE | re.ASCII
_ALL = 100

_NUMBER = (
    rf"(?P<figures>{numbers.FIGURES})|(?P<english>{numbers.ENGLISH})|(?P<kanji>{numbers.KANJI})|(?P<hangul>"
    rf"{numbers.HANGUL}|[일이삼사오육칠팔구])"
)
_PERCENT = re.compile(
    rf"(?P<to>\bto\s+)?(?:{_NUMBER})\s?(?:%|per\s?cent\b|pct\b|パーセント|퍼센트|프로(?![가-힣]*(?:모션"
    r"|젝트|그램)))(?P<to_east>に(?=な)|가\s?되|로\s?(?:되|줄|늘))?",
    _FLAGS,
)
_TENTHS = re.compile(
    r"(?P<n>[0-9]+(?:\.[0-9])?|[一二三四五六七八九])割(?:(?P<half>半)|(?P<more>[1-9一二三四五六七八九])分)?"
    r"|(?P<ko>[1-9]|[일이삼사오육칠팔구])\s?할(?=\s|$|[이을만의정늘줄더덜쯤])"
)
_PARTS = (
    (re.compile(r"\btwo[\s-]thirds\b|\b2/3\b|3分の2|三分の二|3분의\s?2", _FLAGS), Decimal(2) / 3),
    (re.compile(r"\b(?:a|one)[\s-]third\b|\b1/3\b|3分の1|三分の一|3분의\s?1", _FLAGS), Decimal(1) / 3),
    (re.compile(r"\bthree[\s-]quarters\b|\b3/4\b|4分の3|4분의\s?3", _FLAGS), Decimal(3) / 4),
    (re.compile(r"\b(?:a|one)[\s-]quarter\b|\b1/4\b|4分の1|四分の一|4분의\s?1", _FLAGS), Decimal(1) / 4),
)
_NATIVE = {"두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열": 10}
_TIMES = re.compile(
    rf"(?P<mark>\b[x*]|×)\s?(?P<after>{numbers.FIGURES})(?![0-9%])"
    rf"|(?P<one_half>\bone\s+and\s+a\s+half\s+times\b)"
    rf"|(?:{_NUMBER})(?:\s?(?:x\b|×)|[\s-]*(?:times\b|fold\b)|\s?倍|\s?배(?![가-힣]*(?:송|포|터|치|열)))"
    rf"|(?P<native>{'|'.join(_NATIVE)})\s?배(?:\s?(?P<and_half>반))?",
    _FLAGS,
)
_FACTORS = (
    (
        re.compile(
            r"\bdoubl\w*|\btwice\b|倍増|(?<![0-9一二三四五六七八九十.])倍(?=[にのだで、]|$)|ばいに|갑절|곱절|배로\s?(?=늘|뛰|증)",
            _FLAGS,
        ),
        Decimal(2),
    ),
    (re.compile(r"\btripl\w*|\bthrice\b|\btreble\w*", _FLAGS), Decimal(3)),
    (re.compile(r"\bquadrupl\w*", _FLAGS), Decimal(4)),
    (re.compile(r"\bquintupl\w*", _FLAGS), Decimal(5)),
    (
        re.compile(r"\bhal(?:f|ve[sd]?|ving)\b|半分|半減|はんぶん|절반|반(?=으?로|만큼)|반\s?토막|반감", _FLAGS),
        Decimal("0.5"),
    ),
    (
        re.compile(
            r"\b(?:to\s+(?:zero|nothing|nil)|to\s+0(?![0-9.%])|stops?\s+(?:completely"
            r"|altogether|entirely))\b|ゼロに|0に|0으로|(?<![가-힣])제로",
            _FLAGS,
        ),
        Decimal(0),
    ),
)
_UP = re.compile(
    r"\b(?:gr[eo]w\w*|growth|increas\w*|ris(?:e|es|en|ing)|rose|raises?|up(?!grad)"
    r"|more|higher|climb\w*|jump\w*|surg\w*"
    r"|gain\w*|extra|additional|expand\w*|bigger|larger|busier|spik\w*)\b"
    r"|増|伸び|のび|上が|上昇|アップ|多く|多め|急増|ふえ|プラス|拡大"
    r"|늘|증가|오르|올라|상승|많아|많이|급증|더\s|커지|뛰|증대|불어",
    _FLAGS,
)
_DOWN = re.compile(
    r"\b(?:drop\w*|fall\w*|fell|decreas\w*|declin\w*|down(?!grad)|less|fewer"
    r"|lower\w*|shrink\w*|shrank|reduc\w*|cut\w*"
    r"|los(?:e|es|t|ing)|dip\w*|slow\w*|sink\w*)\b"
    r"|減|落ち|下が|低下|少な|へる|へっ|ダウン(?!グレ)|縮小|マイナス"
    r"|줄|감소|떨어|내려가|낮아|덜|축소|하락|적어|빠지|급감",
    _FLAGS,
)


class Multiple(NamedTuple):
    """`factor` of what there was; `percent`, where it was said as one more or less, which a direction may turn."""

    factor: str
    percent: Decimal | None = None


def goes(text: str) -> str | None:
    """`up` or `down`, where a word of the text says so; down where both do."""
    return "down" if _DOWN.search(text) else "up" if _UP.search(text) else None


def find(text: str) -> Multiple | None:
    """The factor that the text names, as a decimal string with at most four decimals; None where it names none."""
    percent = _percent(text)
    if percent is None:
        factor = _multiple(text)
        return None if factor is None else Multiple(_plain(factor))
    value, start, end, whole = percent
    way = _way(text, start, end)
    if whole and not (way == "up" and value < _ALL):
        return Multiple(_plain(value / _ALL))
    return by(value, way) if way is None else by(value, way)._replace(percent=None)


def by(percent: Decimal, way: str | None) -> Multiple:
    """So much more, or less where it goes `down`; less than nothing is nothing."""
    factor = 1 - percent / _ALL if way == "down" else 1 + percent / _ALL
    return Multiple(_plain(max(factor, Decimal(0))), percent)


def without(text: str, gap: str) -> str:
    """The text with percentages and multiples taken out: they are no amounts of money."""
    for pattern in (_PERCENT, _TENTHS, _TIMES, *(pattern for pattern, _ in (*_PARTS, *_FACTORS))):
        text = pattern.sub(lambda match: gap * len(match.group()), text)
    return text


def _way(piece: str, start: int, end: int) -> str | None:
    """Whether it goes up or down, by the nearest word that says so."""
    near = [
        (min(abs(match.start() - end), abs(start - match.end())), way)
        for pattern, way in ((_UP, "up"), (_DOWN, "down"))
        for match in pattern.finditer(piece)
    ]
    return min(near)[1] if near else None


def _percent(piece: str) -> tuple[Decimal, int, int, bool] | None:
    for match in _PERCENT.finditer(piece):
        value = _value(match)
        if value is not None:
            return value, *match.span(), bool(match["to"] or match["to_east"])
    match_tenths = _TENTHS.search(piece)
    if match_tenths:
        tens = numbers.eastern(match_tenths["n"] or match_tenths["ko"])
        more = 5 if match_tenths["half"] else (numbers.eastern(match_tenths["more"]) if match_tenths["more"] else 0)
        if tens is not None:
            return tens * 10 + (more or 0), *match_tenths.span(), False
    for pattern, share in _PARTS:
        part = pattern.search(piece)
        if part:
            return share * 100, *part.span(), False
    half = re.search(r"\bby\s+(?:a\s+|one\s+)?half\b", piece, _FLAGS)
    return (Decimal(50), *half.span(), False) if half else None


def _multiple(piece: str) -> Decimal | None:
    match = _TIMES.search(piece)
    if match:
        if match["one_half"]:
            return Decimal("1.5")
        if match["mark"]:
            return numbers.figures(match["after"])
        if match["native"]:
            return _NATIVE[match["native"]] + (Decimal("0.5") if match["and_half"] else Decimal(0))
        return _value(match)
    return next((factor for pattern, factor in _FACTORS if pattern.search(piece)), None)


def _value(match: re.Match[str]) -> Decimal | None:
    if match["figures"]:
        return numbers.figures(match["figures"])
    return numbers.english(match["english"]) if match["english"] else numbers.eastern(match["kanji"] or match["hangul"])


def _plain(value: Decimal) -> str:
    text = format(round(value, 4), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
