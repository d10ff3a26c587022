"""One spelling for the words that other rules look for: slips of the keyboard, kana for numerals, chat spellings."""

from __future__ import annotations

import re

from assistant.nlu.slots.numbers import eastern

_MONTHS = "january february august september october november december"
_WORDS = frozenset(
    "starter growth premium standard support inference tuning session sessions container wallet transfer voucher"
    f" coupon dollar dollars yesterday quarter {_MONTHS}".split()
)
_BY_INITIAL = {initial: [word for word in _WORDS if word[0] == initial] for initial in {word[0] for word in _WORDS}}
_OTHERS = frozenset(("smarter", "toning"))  # words of their own, one letter away
# neither a code in capitals nor a piece of an address
_LATIN = re.compile(r"(?<![A-Za-z0-9@._/])[A-Za-z][a-z]{4,10}(?![A-Za-z0-9@_/]|\.[A-Za-z])")

_LONG_MARK = re.compile(r"(?<=[ァ-ヺ])[一-](?=[ァ-ヺ])")  # the numeral and the hyphen look like the mark
_KANJI_DATE = re.compile(r"(?<![一-十〇数何幾])[一二三四五六七八九十〇]{1,4}(?=[月日年])")
_KANA_YEN = re.compile(
    r"(?:(?:いち|に|さん|よん|ご|ろく|なな|はち|きゅう)?(?:じゅう|[ひびぴ]ゃく|[せぜ]ん|まん))+(?=えん|円)"
)
_KANA = {"いち": "一", "に": "二", "さん": "三", "よん": "四", "ご": "五", "ろく": "六", "なな": "七", "はち": "八"}
_KANA |= {"きゅう": "九", "じゅう": "十", "せん": "千", "ぜん": "千", "まん": "万"}
_KANA |= dict.fromkeys(("ひゃく", "びゃく", "ぴゃく"), "百")
_KANA_NUMERAL = re.compile("|".join(sorted(_KANA, key=len, reverse=True)))
_CHAT_WON = re.compile(r"(?<=[0-9일이삼사오육칠팔구십백천])(\s?)(?:마넌|마눤|만언)")
_DAYS = {"이틀": "2일", "사흘": "3일", "나흘": "4일", "닷새": "5일", "엿새": "6일", "열흘": "10일", "보름": "15일"}
_DAYS_KO = re.compile(f"(?:{'|'.join(_DAYS)})(?!달)")


def _one_slip(word: str, meant: str) -> bool:
    """Whether one letter is missing, doubled, wrong or swapped with the next.

    A wrong or further last letter is no slip but another form: started, contained, containers.
    """
    start = next((at for at, (a, b) in enumerate(zip(word, meant, strict=False)) if a != b), min(len(word), len(meant)))
    rest, due = word[start:], meant[start:]
    if len(rest) == len(due):
        return len(rest) > 1 and (rest[1:] == due[1:] or (rest[:2] == due[1::-1] and rest[2:] == due[2:]))
    return rest == due[1:] or (rest[1:] == due and due != "")


def _mended(match: re.Match[str]) -> str:
    raw = match.group()
    word = raw.lower()
    if word in _WORDS or word in _OTHERS:
        return raw
    meant = next((known for known in _BY_INITIAL.get(word[0], ()) if _one_slip(word, known)), None)
    return raw[0] + meant[1:] if meant else raw


def mend(text: str) -> str:
    """The text with the words that matter spelt as the rules expect them; everything else as it was.

    Latin words from six letters may be one slip away ("tranfer", "dolars"); カ一ド is カード, ごまんえん 五万えん,
    5마넌 5만원, 닷새 5일 and 十月一日 10月1日.
    """
    text = _LATIN.sub(_mended, text)
    if text.isascii():
        return text
    text = _LONG_MARK.sub("ー", text)
    text = _KANJI_DATE.sub(lambda match: str(eastern(match.group())), text)
    text = _KANA_YEN.sub(lambda match: _KANA_NUMERAL.sub(lambda each: _KANA[each.group()], match.group()), text)
    text = _CHAT_WON.sub(r"\1만원", text)
    return _DAYS_KO.sub(lambda match: _DAYS[match.group()], text)


_SYLLABLES, _VOWELS, _FINALS = 0xAC00, 21, 28
_TENSE = {1: 0, 4: 3, 8: 7, 10: 9, 13: 12}  # ㄲ ㄸ ㅃ ㅆ ㅉ are heard as ㄱ ㄷ ㅂ ㅅ ㅈ
_ALIKE = {1: 5, 3: 5, 7: 5, 10: 15, 11: 15}  # ㅐ ㅒ ㅖ are heard as ㅔ, ㅙ ㅚ as ㅞ


def _sound(code: int) -> int:
    initial, rest = divmod(code - _SYLLABLES, _VOWELS * _FINALS)
    vowel, final = divmod(rest, _FINALS)
    return _SYLLABLES + (_TENSE.get(initial, initial) * _VOWELS + _ALIKE.get(vowel, vowel)) * _FINALS + final


_SOUNDS = {code: _sound(code) for code in range(_SYLLABLES, 0xD7A4) if _sound(code) != code}
_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}


def sounded(text: str) -> str:
    """Hangul with the letters that are confused by ear made one: 그로쓰 and 그로스, 스텐다드 and 스탠다드 are the same.

    Every position stays what it was. Works on the text of a regular expression too.
    """
    return text if text.isascii() else text.translate(_SOUNDS)


def spoken(pattern: str) -> re.Pattern[str]:
    """Compile for `sounded` text: Hangul as heard, and what is in katakana in hiragana too.

    Latin letters have no case, and ASCII word boundaries, since Japanese and Korean particles follow without a space.
    """
    heard = sounded(pattern)
    kana = heard.translate(_HIRAGANA)
    return re.compile(heard if kana == heard else f"{heard}|{kana}", re.IGNORECASE | re.ASCII)
