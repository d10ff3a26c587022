"""Plan names, kept apart from the everyday words that they also are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.nlu.slots.choice import Mention, settle
from assistant.nlu.slots.spelling import sounded, spoken

_FLAGS = re.IGNORECASE | re.ASCII  # ASCII word boundaries, since Japanese and Korean follow without a space
_WORDS = {name: name for name in ("starter", "growth", "scale")}
_EAST = {
    "starter": spoken(r"スター?ター?|스타[터타]"),
    "growth": spoken(r"グロ[ーウ]ス(?!ハック|市場|率)|그로우?스(?!\s?해[킹커])"),
    "scale": spoken(
        r"(?<![大小ァ-ヺー])スケール(?!アップ|ダウン|アウト|イン|メリット|感|さ|する|し|でき|の大|の小)"
        r"|(?<!오토)(?<!오토 )스케일(?!\s?[업링]|\s?아웃|\s?다운|\s?인(?![가-힣])|하|되|을\s?키|이\s?커)"
    ),
}
_PLAN_AFTER = re.compile(
    r"\s*(?:plans?|monthly|yearly|annual|tier|pric(?:e|ing)|package|subscription|one\b|プラン|플랜|요금제|月|年|월|연)",
    _FLAGS,
)
_PLAN_BEFORE = re.compile(r"(?:\bplans?:?|プラン[はをの]?|플랜[은을]?|요금제[는를]?)\s*$", _FLAGS)
_KIT_AFTER = re.compile(r"\s+(?:kit|pack\b|guide|template)", _FLAGS)
_AIMED = re.compile(
    r"\b(?:upgrad\w*|downgrad\w*|switch\w*|mov(?:e|ing)|chang\w*|go(?:ing)?|migrat\w*|convert\w*|step\w*|bump\w*|from)\b"
    r"[^.?!]{0,40}$",
    _FLAGS,
)
_CHOSEN = re.compile(
    r"(?:\b(?:on|onto|off|for|interested in|consider(?:ing)?|choose"
    r"|pick|take|select|buy|get|prefer|want|recommend|what(?:'s|\sis) in"
    r"|included in|like|about|is|does|than|with|vs|versus"
    r"|from|between|compare|try|into|into the|renew|cancel|pause|resume|our|my"
    r"|(?:price|cost|rates?|quotas?|benefits?|features?)\s+of)|[,、:>→「])\s*$",
    _FLAGS,
)
_PLAN_TALK = re.compile(
    r"\b(?:on hold|pause|resume|renew|cancel|upgrade|downgrade|yearly|monthly|annual|quotas?|cheaper|pric(?:e|ing))\b",
    _FLAGS,
)
_DIRECTION = re.compile(r"\s*-?(?:up|down|out|in|back)\b", _FLAGS)
_EVERYDAY_AFTER = {
    "growth": re.compile(
        r"\s+(?:rates?|of|trends?|over|forecast|projections?|hacking|curve|potential|stage|phase"
        r"|in\s+(?:our|my|the|usage|cost\w*|spend\w*|sessions?|traffic|users?|demand))\b",
        _FLAGS,
    ),
    "scale": re.compile(
        r"\s*-?(?:up|down|out|in|back)\b|\s+(?:to|with|my|our|your|it|the|this|that|as|of|automatically|horizontally|beyond"
        r"|well|linearly|easily|quickly|from|without)\b",
        _FLAGS,
    ),
}
_EVERYDAY_BEFORE = {
    "growth": re.compile(
        r"\b(?:usage|revenue|user|traffic|business|company|rapid|fast|sales|costs?|spend|spending|sessions?|customer|team"
        r"|market|data|strong|expected|future|our|your|its|their|high|due to|the|own|(?<!go )for)\s+$",
        _FLAGS,
    ),
    "scale": re.compile(
        r"(?:\b(?:at|can|could|will|would|should|may|might|auto|we|you|they|it|i|that|which|large|small|full|grand|time"
        r"|price|sliding|on a|the|a|our|my|this|not|does it|and|grow)|economies of|large-|full-|auto-)\s*$",
        _FLAGS,
    ),
}
_TO = re.compile(r"(?<!\bdue )\bto\s+(?:the\s+)?$", _FLAGS)
_AND = re.compile(r"\band\s+$", _FLAGS)
_CJK = re.compile(r"[ぁ-ヺ一-鿿가-힣]")
_LATIN_LETTER = re.compile(r"[A-Za-z]")
_LATIN_WORD = re.compile(r"[A-Za-z]+")
_SHORT = 3
_LOOKBACK = 80


def _by_place(text: str, match: re.Match[str], head: str, others: bool) -> bool:
    """Whether a name without a word for plan beside it is the plan, by what stands before it."""
    name, capital = match.group().lower(), match.group()[0].isupper()
    if _TO.search(head):
        return capital or bool(_AIMED.search(head))  # "want to scale" is the verb, "switch to scale" the plan
    if capital and head.strip() and not text.isupper():
        return True
    if name in _EVERYDAY_BEFORE and _EVERYDAY_BEFORE[name].search(head):
        return others and bool(_AND.search(head))
    chosen = (
        _CJK.search(text) or _CHOSEN.search(head) or _PLAN_TALK.search(text) or len(_LATIN_WORD.findall(text)) <= _SHORT
    )
    return others or bool(chosen)


def _is_name(text: str, match: re.Match[str], others: bool) -> bool:
    """Whether this Latin word is the plan; `others` tells that another plan is named too."""
    name, head = match.group().lower(), text[max(0, match.start() - _LOOKBACK) : match.start()]
    if name == "starter":
        return not _KIT_AFTER.match(text, match.end())
    if _PLAN_BEFORE.search(head) or _PLAN_AFTER.match(text, match.end()):
        return True
    if name in _EVERYDAY_AFTER and _EVERYDAY_AFTER[name].match(text, match.end()):
        # "change Scale to Growth" is no verb
        return others and match.group()[0].isupper() and not _DIRECTION.match(text, match.end())
    return _by_place(text, match, head, others)


class PlanNames:
    """What finds a plan: `words`, Latin names in lower case and the plan of each; `east`, what is heard as a plan.

    Rules: with a word for plan beside it the name counts; "scale up", "at scale", "usage growth", スケールアップ and
    스케일링 do not; else it counts when capitalised inside a sentence, aimed at or chosen ("switch to growth", "on
    scale"), beside another plan or a word for what is done to plans, in Japanese or Korean text, or in a message of at
    most three words.
    """

    def __init__(self, words: Mapping[str, str], east: Mapping[str, re.Pattern[str]]) -> None:
        longest_first = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
        self._words, self._east = words, east
        self._latin = re.compile(rf"(?<![A-Za-z])(?:{longest_first or '(?!)'})(?![A-Za-z])", _FLAGS)

    def find(self, text: str) -> str | None:
        """The plan's id, or None."""
        words, heard = list(self._latin.finditer(text)), sounded(text)
        mentions = [Mention(name, *m.span()) for name, pattern in self._east.items() for m in pattern.finditer(heard)]
        names = {self._plan(match) for match in words} | {mention.value for mention in mentions}
        latin = [match for match in words if _is_name(text, match, len(names) > 1)]
        return settle(text, mentions + [Mention(self._plan(match), *match.span()) for match in latin])

    def _plan(self, match: re.Match[str]) -> str:
        return self._words[match.group().lower()]


OURS = PlanNames(_WORDS, _EAST)
"""`starter`, `growth` and `scale`, as customers misspell them too."""


def named(names: Mapping[str, Sequence[str]]) -> PlanNames:
    """The finder of other plans, by all names of each; a plan that is called as one of ours is found as that is."""
    words = {name.lower(): plan for plan, called in names.items() for name in called if _LATIN_LETTER.match(name)}
    east = {plan: [re.escape(name) for name in called if _CJK.search(name)] for plan, called in names.items()}
    patterns = {plan: spoken("|".join(some)) for plan, some in east.items() if some}
    return PlanNames(words, patterns | {plan: _EAST[plan] for plan in names if plan in _EAST})
