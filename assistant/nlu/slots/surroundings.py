"""What stands around a number and tells money from counts, labels, years and parts of other things."""

from __future__ import annotations

import re

_GLUED = re.compile(r"(?:[A-Za-z0-9_#@.,/]|[0-9]:|[A-Za-z]-)$")
_RANGE = re.compile(r"[0-9\ufffc]-$")
_VAGUE = re.compile(r"[何数幾몇수]\s?$")
_PARTICLE = re.compile(r"[가-힣\ufffc]$")
_LABEL = re.compile(
    r"(?:\b(?:no\.|(?:for|of) account|account (?:id|number|no\.?)|number|step|option|plan|version|page|invoice|ticket"
    r"|request|order|case|ref(?:erence)?|error|status|code|port|top|id|level|phase|chapter|digits?|ending|ends|item|question|room|floor)|第|番号|オプション|エラー|ステータス|번호|오류|에러|제)"
    r"(?:\s+(?:is|are|in|with))?\s*[:#]?\s*$|\b(?:count|quota|limit|seats?|users?|nodes?|replicas?|gpus?|bots?)\s+to\s+$",
    re.IGNORECASE,
)
_THANKS = re.compile(r"\bthanks?\s+$", re.IGNORECASE)
_MINUS = re.compile(r"(?:(?<![\w)\ufffc])-|\bminus\s|マイナス\s?|마이너스\s?|[▲△])$", re.IGNORECASE)
# what may follow a bare number; any other word is taken for what it counts ("500 sessions", 3件, 두 개)
_MORE = (
    r"(?:more|extra|additional)"
    r"(?=\s*(?:$|[,.!?]|(?:please|to|on|onto|for|by|with|via|in|now|credits?)\b))"
)
_FREE = re.compile(
    r"\s*(?:$|[,!?)\]」』、。~\"|+=→>\ufffc]|[.:;](?![0-9])|-(?![A-Za-z0-9])|'(?!s)"
    rf"|(?:{_MORE}|please|pls|plz|for|to|on|onto|into|in|by|with|via|from|now|and|or|but|instead|using|as|at|would|is|was"
    r"|will|should|only|max|just|thanks|thank|then|not|rather|this|my|the|it|if|card|e-?wallet|bank|credits?|worth"
    r"|balance|top-?up|right|sounds|today|tomorrow|again|i|ok|okay|through|of|each|total|altogether|works)(?![A-Za-z])"
    r"|を|で(?!き)|に|は|が|と|だ(?!い)|も(?!の)|か(?!月|所|国|年)|へ|お願|おねが|くらい|ぐらい|ほど|まで|から|じゃ"
    r"|の(?:ほう|方|チャージ|入金)|入[れ金]|追加|チャージ|リチャージ|トップアップ|支払|払|課金|増や|足|振|カード|クレ|銀行"
    r"|電子|ください|下さい|頼|ちゃーじ"
    r"|(?:을|를|으?로|만|이요|요|정도|까지|은|는|도|에서|부터|씩|입니다|이에요|예요|하고|와|과|랑|말고|아니|대신|만큼|쯤"
    r"|이?면|이야)요?(?=$|[\s,.!?])"
    r"|(?:충전|입금|결제|추가|넣|채워|부탁|주세요|해|카드|은행|계좌|더|만\s|\s?원[하해합]))",
    re.IGNORECASE,
)
# numerals in Hangul are common syllables too: 이만 also says that one is done
_HANGUL_FREE = re.compile(
    r"(?!(?<=이만)(?:$|[,.!?]))(?:만|이요|요|으?로|을|를|정도)?(?:$|[,.!?]|\s*(?:충전|입금|결제|추가|넣|채워|부탁))"
)
_REACH = re.compile(r"\s*(?:to|or|~|から|か)\s*")


def _before(text: str, at: int, pattern: re.Pattern[str]) -> bool:
    return bool(pattern.search(text[max(0, at - 25) : at]))


def glued(text: str, at: int, with_currency: bool) -> bool:
    """Whether the number is the tail of something (A100, 3/4, 10:30, 123-4567); "100-200 dollars" is not."""
    return _before(text, at, _GLUED) or (not with_currency and _before(text, at, _RANGE))


def vague(text: str, at: int) -> bool:
    """Whether numerals only say how large a number is about (数万円, 몇만원)."""
    return _before(text, at, _VAGUE)


def particle(text: str, at: int) -> bool:
    """Whether a Hangul numeral may be the particle of the word before it (이것만 원해요)."""
    return _before(text, at, _PARTICLE)


def negative(text: str, at: int) -> bool:
    """Whether a minus stands before the number, in any of its forms."""
    return _before(text, at, _MINUS)


def named(text: str, at: int) -> bool:
    """Whether the number is the name of something ("plan 2", "account id is 12345") or thanks ("thanks a million")."""
    return _before(text, at, _LABEL) or _before(text, at, _THANKS)


def free(text: str, end: int, hangul: bool) -> bool:
    """Whether nothing that is counted follows."""
    return bool((_HANGUL_FREE if hangul else _FREE).match(text, end))


def reaches(text: str, end: int, start: int) -> bool:
    """Whether one number reaches to the next ("3 to 5"), which then share what they count."""
    return bool(_REACH.fullmatch(text, end, start))
