"""Which of several mentions is meant: what is ruled out, what is aimed at, what is only compared."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple


class Mention(NamedTuple):
    """A value and where the message says it."""

    value: str
    start: int
    end: int


_ARTICLES = r"(?:\s+(?:the|a|an|my|by|via|in|on|with|for|from|to))*\s+"
_RULED_OUT_BEFORE = re.compile(
    r"(?:(?<!why )\bnot(?:\s+(?:use|using|pay|paying|take))?"
    r"|\binstead of|\brather than|\bother than|\banything but|\bwithout|\bexcept(?: for)?)"
    rf"{_ARTICLES}[-$¥₩€£]?$",
    re.IGNORECASE,
)
_RULED_OUT_AFTER = re.compile(
    r"\s?(?:プラン|払い|決済|サポート|플랜|요금제|결제)?"
    r"(?:(?:ではなく|じゃなく|でなく|じゃない|ではない|の代わり|のかわり|をやめ|はやめ|以外)"
    r"|(?:이|가|은|는)?\s?(?:말고|아니라|아니고|아닌|대신|빼고))"
)
_LEFT_BEFORE = re.compile(r"\b(?:from|leave|leaving|than|over)(?:\s+(?:the|my|our|a))?\s+$", re.IGNORECASE)
_LEFT_AFTER = re.compile(
    r"\s?(?:プラン|플랜|요금제)?\s?(?:から|より|じゃ足り|では足り|에서|보다|로는\s?부족)"
    r"|\s+(?:\w+\s+)?(?:isn't|is not|wasn't) enough\b"
)
_AIMED_BEFORE = re.compile(r"(?:\b(?:to|into|onto)|[→>])(?:\s+(?:the|a))?\s*$", re.IGNORECASE)
_AIMED_AFTER = re.compile(
    r"\s?(?:plan|プラン|플랜|요금제)?\s?(?:に(?:し|変|切|上|下|移|乗|アップ|ダウン)|へ|으?로\s*(?:변경|바꿔|바꾸|해|할|올|내|낮|전환|업|다운|가|옮|갈아|부탁|이동|요))",
    re.IGNORECASE,
)
_JOINED = re.compile(
    r"\s*(?:plan|support|プラン|サポート|플랜|지원|서포트|払い)?\s*(?:,?\s*(?:or|and|vs\.?|versus|&|/|,|、|・|と|か|や|とか|または|及び|それとも)"
    r"|(?:이랑|랑|하고|와|과|이나|나)|(?:또는|혹은|아니면|및)|(?<=\s))\s*(?:the|a|an|by|via)?\s*",
    re.IGNORECASE,
)


def ruled_out(text: str, start: int, end: int) -> bool:
    """Whether the message says that this mention is not what is wanted ("not 50", "50 말고", "instead of 50")."""
    return bool(_RULED_OUT_BEFORE.search(text[max(0, start - 40) : start]) or _RULED_OUT_AFTER.match(text, end))


def _left(text: str, mention: Mention) -> bool:
    before = text[max(0, mention.start - 30) : mention.start]
    return bool(_LEFT_BEFORE.search(before) or _LEFT_AFTER.match(text, mention.end))


def _aimed(text: str, mention: Mention) -> bool:
    before = text[max(0, mention.start - 20) : mention.start]
    return bool(_AIMED_BEFORE.search(before) or _AIMED_AFTER.match(text, mention.end))


def settle(text: str, mentions: list[Mention], *, leaving: bool = True) -> str | None:
    """The one value that is meant, or None.

    Rules, in order: what is ruled out does not count; what is left behind ("from Starter", 「Starterから」) or only
    compared with ("than Starter") does not count, unless `leaving` is off, since money comes from a card; what is
    aimed at ("to Growth") wins; different values in a plain enumeration ("card or transfer") mean none, since taking
    one would answer a question that the customer asked; otherwise the last one, since people correct themselves
    forwards.
    """
    kept = [m for m in sorted(mentions, key=lambda m: m.start) if not ruled_out(text, m.start, m.end)]
    kept = [m for m in kept if not (leaving and _left(text, m))]
    kept = [m for m in kept if _aimed(text, m)] or kept
    for first, second in pairwise(kept):
        if first.value != second.value and _JOINED.fullmatch(text, first.end, second.start):
            return None
    return kept[-1].value if kept else None
