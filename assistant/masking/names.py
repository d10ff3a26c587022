"""Names of people and companies in a message: those that are known, and those that the words around say are names."""

from __future__ import annotations

from collections.abc import Iterable

import regex

NAME = "<name>"
_SHORTEST = 3
"""Letters of a known name that is looked for: shorter ones are in other words."""

_LATIN = r"\p{Lu}[\p{L}'’.-]*(?:\s\p{Lu}[\p{L}'’.-]*){0,3}"
_JAPANESE = r"[\p{Han}\p{Hiragana}\p{Katakana}ー\p{Latin}\s]"
_SURNAME = (
    "[김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구나민진지엄채원천방공현함변염여추도소석"
    "선설마길연위표명기반왕금옥육인맹제모탁국은편용]"
)
"""The first syllable of nearly all Korean names."""

_NOBODY = "皆|神|奥|何|業者|仕|同|多|模|有|異|王|無"
"""What stands before 様 and is no name: 仕様, 同様, 神様."""
_IS_KOREAN = "이?(?:고|에요|예요|입니다|이라|라고)"

_NAMED = tuple(
    regex.compile(pattern)
    for pattern in (
        rf"(?i:\b(?:my name is|my name's|name:|call me)\s+)\K(?:{_LATIN}|\p{{Ll}}+(?=\s*[.,!?]|\s*$))",
        rf"(?i:\b(?:regards|sincerely),?\s+)\K{_LATIN}",
        rf"(?i:\b(?:mr|mrs|ms|dr)\.?\s+)\K{_LATIN}",
        rf"(?i:\b(?:this is|i'm|i am|it's)\s+)\K{_LATIN}(?=\s*(?:,|\b(?:from|at|of|here)\b))",
        rf"(?:名前|氏名|担当者?)は\K(?!何|なに|なん){_JAPANESE}{{1,12}}?(?=です|と申|といい|。|、|$)",
        r"[\p{Han}\p{Katakana}ー\p{Latin}]{1,12}(?=と(?:申し|もうし|いいます|言います))",
        rf"(?<![\p{{Han}}\p{{Katakana}}お])(?!{_NOBODY})[\p{{Han}}\p{{Katakana}}ー]{{1,6}}(?=(?:様|さん|さま|氏)(?!\p{{Han}}))",
        rf"(?:이름은|성함은|담당자는)\s?\K(?!뭐|무엇|뭔|누구)[\p{{Hangul}}\p{{Latin}}]{{2,12}}?(?={_IS_KOREAN}|[\s.,]|$)",
        rf"(?<!\p{{Hangul}}){_SURNAME}\p{{Hangul}}{{1,2}}(?=이?라고\s?(?:합니다|해요|하는데))",
        rf"(?<!\p{{Hangul}})(?!이용자){_SURNAME}\p{{Hangul}}{{2}}(?=\s?(?:님|씨)(?!\p{{L}}))",
    )
)
"""Said by their bearer, or with a title; in English, Japanese and Korean."""


def without_names(text: str, known: Iterable[str] = ()) -> str:
    """The text with `<name>` in place of each."""
    for name in sorted({name.strip() for name in known}, key=len, reverse=True):
        if len(name) >= _SHORTEST:
            whole = rf"(?<!\p{{Latin}}){regex.escape(name)}(?!\p{{Latin}})"
            text = regex.sub(whole, NAME, text, flags=regex.IGNORECASE)
    for pattern in _NAMED:
        text = pattern.sub(NAME, text)
    return text
