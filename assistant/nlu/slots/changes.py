"""What a what-if supposes: traffic times a factor, vouchers gone, another plan, a top-up; each from a day on.

A message is read in pieces, divided where one thing said ends and the next begins. A day stands for the piece that it
is in; a piece that names none takes that of the piece before it, or the only one that there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from assistant.nlu.slots import amounts, multiples, vouchers
from assistant.nlu.slots.ahead import Begin, begins, horizon
from assistant.nlu.slots.spelling import mend
from assistant.nlu.slots.vocabulary import vocabulary
from assistant.nlu.slots.width import GAP, mask, normalise

Change = dict[str, Any]
"""`kind` (`traffic`, `voucher_gone`, `plan`, `top_up`) and what is said of it: see `Supposed`."""

MISSES = {"traffic": "factor", "plan": "plan", "top_up": "amount"}
"""What each kind cannot do without."""

_MOST = 10
_FLAGS = re.IGNORECASE | re.ASCII

_NOUN = re.compile(
    r"\b(?:traffic|trafic|traffics|usage|use|uses|utili[sz]ation|volumes?|load"
    r"|sessions?|chats?|conversations?|demand"
    r"|consumption|requests?|users?|messages?|calls?|visits?|visitors?|activity|workloads?|business)\b"
    r"|トラフィック|とらふぃっく|トラヒック|利用(?!可能)|使用|使う量|つかう量|アクセス|セッション|負荷|需要|通信量|会話|チャット|件数|ユーザー|規模|消費"
    r"|트래픽|트레픽|사용|이용|쓰는\s?양|세션|부하|수요|접속|대화|채팅|물량|소비|규모|유저|볼륨",
    _FLAGS,
)
_GROWS = re.compile(r"\b(?:we|our\s+company|business)\s+(?:gr[eo]w\w*|shrink|shrank)\b", _FLAGS)
_HOW_MUCH = re.compile(
    r"\bhow\s+(?:much|many)(?:\s+(?:more|less|fewer|extra|cheaper|dearer|higher|lower|do\s+i\s+save))?\b"
    r"|\bmore\s+expensive\b"
    r"|(?:いくら|どの(?:くらい|ぐらい|程度)|どれ(?:くらい|ぐらい|だけ|ほど))[^、。,?？%％]{0,10}"
    r"|(?:料金|費用|請求額?|支払い|コスト|お金)[はがもを]?(?:[^、。,?？]{0,6})?(?:増え|減り|上が|下が)[ぁ-ん]*"
    r"|얼마나?\s?(?:더\s)?[가-힣]*|(?:비용|요금|청구액?|돈)[이은는가]?\s?(?:얼마나\s?)?(?:늘|줄|오르|올라|내려|덜|더)[가-힣]*",
    _FLAGS,
)
_VOUCHER = re.compile(
    r"\b(?:vouchers?|coupons?|promo(?:tion(?:al)?)?(?:\s+credits?)?|gift\s+credits?)\b"
    r"|バウチャ|ばうちゃ|クーポン|くーぽん|プロモーション|바우처|쿠폰|프로모션",
    _FLAGS,
)
_GONE = re.compile(
    r"\b(?:r[ua]n(?:s|ning)?\s+out|out\s+of|expir\w*|gone|go(?:es)?\s+away|used\s+up"
    r"|us(?:e|es)\s+up|los[et]\w*|disappear\w*"
    r"|vanish\w*|ends?|ended|empty|exhaust\w*|without|with\s+no|no(?:\s+(?:more"
    r"|longer))?|minus|not\s+have|(?:did|do|has|had)n'?t"
    r"|had\s+no|revok\w*|removed?|taken\s+away|finish\w*|depleted?|spent)\b"
    r"|な[くしかい]|無[くし]|切れ|きれ|失効|失[いうっ]|失った|使い切|終わ|消え|消滅|尽き|取り消"
    r"|없|소진|만료|떨어지|다\s?쓰|다\s?쓴|끝나|사라|잃|빼고|취소",
    _FLAGS,
)
_PLAN = re.compile(
    r"\b(?:up|down)grad\w*"
    r"|\b(?:switch|chang|mov|go|went|tak)\w*\s+(?:over\s+)?(?:(?:to|onto|our"
    r"|my|the|another|a|different|bigger|smaller|larger"
    r"|cheaper|other|next)\s+){0,3}(?:plans?|tier|subscription)\b"
    r"|アップグレード|ダウングレード|プラン[をがに]?[^、。]{0,8}(?:変え|変更|移|切り替|切替|上げ|下げ|乗り換)"
    r"|업그레이드|다운그레이드|(?:요금제|플랜)[을를이가도]?\s?[^,.]{0,8}(?:바꾸|바꾼|바꿔|변경|옮기|올리|내리|갈아|전환)",
    _FLAGS,
)
_INTERVALS = {
    "yearly": re.compile(
        r"\b(?:yearly|annual(?:ly)?|by\s+the\s+year)\b|年払い|年額|年間(?:プラン|契約|払い)|年単位"
        r"|年契約|연간|연\s?단위|년\s?단위|연납",
        _FLAGS,
    ),
    "monthly": re.compile(
        r"\b(?:monthly|month\s+(?:by|to)\s+month|by\s+the\s+month)\b|月払い|月額|月単位|月契約" r"|월간|월\s?단위|월납",
        _FLAGS,
    ),
}
_TO_INTERVAL = re.compile(
    r"\b(?:go|goes|going|went|switch\w*|chang\w*|mov\w*|pay|paid|paying|convert\w*"
    r"|on|to)\s+(?:(?:to|the|a|our|my|plan|by)\s+){0,3}"
    r"(?:yearly|annual(?:ly)?|monthly)"
    r"|(?:年払い|年額|年間プラン|年契約|月払い|月額|月契約)(?:プラン)?(?:に|へ|で|だ)|(?:연간|월간)(?:\s?(?:요금제|플랜))?(?:으?로|이)",
    _FLAGS,
)
_TOP_UP = re.compile(
    r"\btop(?:ped|ping)?[\s-]?ups?\b|\btop(?:ped|ping)?\s+(?:it|the\s+account"
    r"|my\s+account)?\s*up\b|\brecharg\w*|\breload\w*"
    r"|\bdeposit\w*|\btop-up\b|チャージ|入金|トップアップ|ちゃーじ|충전|입금",
    _FLAGS,
)
_PUT_IN = re.compile(r"\b(?:add\w*|put\w*|pay\w*\s+in|load\w*|throw|transfer\w*)\b|入れ|いれ|追加|足し|넣|추가", _FLAGS)
_GROWTH_OF = re.compile(r"(?:%|per\s?cent)\s+growth|\bgrowth\s+(?:of|is|was|by|at)\s+(?=[0-9])", _FLAGS)
_DIVIDES = re.compile(
    r"(?<![0-9]),(?![0-9]{3})|,(?=\s)|[;:]|[.?!](?=\s|$)|[、。?！]|\s(?=(?:if|when"
    r"|once|suppos\w+|assum\w+|imagine|what\s+if)\s)"
    r"|\s(?:and|plus|then|but|&|\+)\s|\s(?=(?:without|with\s+(?:no|the|a))\s)"
    r"|(?<=[ぁ-ん])て(?=[^いおみもくほばはしる])|(?:なし|無し)で|たら|れば|場合|とき|し(?=、)|(?<=[増減効昇落])と"
    r"|(?<=[가-힣])(?:고서|고|면서|으?며|면)(?:요)?(?=\s)|그리고|(?<=증가|감소|상승|하락)[와과]\s|(?<=없이|없음)\s",
    _FLAGS,
)
_EASTERN = re.compile(r"[ぁ-ヺ一-鿿가-힣]")


class Supposed(NamedTuple):
    """`changes`, in order, and over how many `days` from today on, None where that is not said.

    A change has its `kind`, and what was said of it: `on` (ISO date; none: now), `factor` (decimal string) and
    `direction` (`up`, `down`) of traffic, `voucher` (a code), `plan` (an id) and `interval`, `amount` and `currency`.
    """

    changes: list[Change]
    days: int | None


class _Said(NamedTuple):
    """A change; whether a number is all that was said of it, and that number as a multiple."""

    change: Change
    bare: bool = False
    multiple: multiples.Multiple | None = None


class _Piece(NamedTuple):
    start: int
    end: int
    said: list[_Said]


def suppose(text: str, today: date) -> Supposed:
    """What a message supposes; what it leaves out is missing in the change, to be asked for. Never raises."""
    whole = mend(normalise(text))
    days, rest = horizon(whole, today)
    named = begins(rest, today)
    for begin in named:
        rest = mask(rest, begin.start, begin.end)
    rest = _HOW_MUCH.sub(lambda match: GAP * len(match.group()), rest)
    pieces = [_Piece(start, end, list(_changes(rest[start:end]))) for start, end in _pieces(rest)]
    changes = _days(_joined(pieces, bool(_EASTERN.search(whole))), named)
    return Supposed(_distinct(changes)[:_MOST], days)


def missing(change: Change) -> str | None:
    """What the change lacks: `factor`, `plan`, `amount`; None where it is whole."""
    name = MISSES.get(change["kind"])
    return None if name is None or name in change else name


def filled(changes: list[Change], text: str, today: date) -> list[Change] | None:
    """The changes with what the text says of the first one that lacks something; None where it says nothing of that.

    "30 %" is how much traffic grows or falls, as was said before; "Growth" the plan; "50" the amount.
    """
    at = next((at for at, change in enumerate(changes) if missing(change)), None)
    if at is None:
        return None
    lacking = changes[at]
    said = [each for each in suppose(text, today).changes if each["kind"] == lacking["kind"] and not missing(each)]
    if lacking["kind"] == "top_up" and not said:
        said = [amount for amount in [_with_amount(mend(normalise(text)))] if amount]
    if lacking["kind"] == "traffic" and said and multiples.goes(normalise(text)) is None:
        said = [_traffic(multiples.find(normalise(text)), lacking.get("direction")) or said[0]]
    return [*changes[:at], _completed(lacking, said[0]), *changes[at + 1 :]] if said else None


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _DIVIDES.finditer(text):
        if match.end() > start:
            yield start, match.end()
            start = match.end()
    if start < len(text):
        yield start, len(text)


def _joined(pieces: list[_Piece], eastern: bool) -> list[_Piece]:
    """Pieces that say something, with those beside them that only hold a day or a number of theirs."""
    joined: list[_Piece] = []
    waiting = 0 if not pieces else pieces[0].start
    for piece in pieces:
        last = joined[-1] if joined else None
        if not piece.said:
            if last is not None and not eastern:
                joined[-1] = last._replace(end=piece.end)
                waiting = piece.end
            continue
        if last is not None and _completes(last.said, piece.said):
            lacking, bare = last.said[-1].change, piece.said[0]
            whole = _Said(_completed(lacking, _traffic(bare.multiple, lacking.get("direction")) or bare.change))
            joined[-1] = _Piece(last.start, piece.end, [*last.said[:-1], whole])
        else:
            joined.append(_Piece(waiting, piece.end, piece.said))
        waiting = piece.end
    if joined and pieces:
        joined[-1] = joined[-1]._replace(end=max(pieces[-1].end, joined[-1].end))
    return joined


def _completes(before: list[_Said], now: list[_Said]) -> bool:
    """Whether a bare number ("say, 45 %") belongs to what was said before it."""
    last, first = before[-1].change, now[0].change
    return bool(missing(last)) and last["kind"] == first["kind"] and now[0].bare


def _completed(lacking: Change, said: Change) -> Change:
    return {name: value for name, value in (said | lacking).items() if name != "direction"}


def _days(pieces: list[_Piece], named: list[Begin]) -> list[Change]:
    told: list[Change] = []
    on, known = None, False
    for piece in pieces:
        begin = next((each for each in named if piece.start <= each.start < piece.end), None)
        if begin is not None:
            on, known = begin.day, True
        elif not known and len(named) == 1:
            on = named[0].day
        told += [said.change | ({"on": on.isoformat()} if on else {}) for said in piece.said]
    return told


def _distinct(changes: list[Change]) -> list[Change]:
    kept: list[Change] = []
    for change in changes:
        vague = missing(change) and any(each["kind"] == change["kind"] for each in kept)
        if not vague and change not in kept:
            kept.append(change)
    return kept


def _changes(piece: str) -> Iterator[_Said]:
    """What one piece says, at most one of a kind."""
    code, _ = vouchers.find(piece)
    if (code or _VOUCHER.search(piece)) and _GONE.search(piece):
        yield _Said({"kind": "voucher_gone"} | ({"voucher": code} if code else {}))
        piece = _VOUCHER.sub(GAP, piece)
    for find in (_traffic_of, _plan_of, _top_up_of):
        said = find(piece)
        if said:
            yield said


def _traffic_of(piece: str) -> _Said | None:
    multiple, noun, way = multiples.find(piece), bool(_NOUN.search(piece)), multiples.goes(piece)
    told = _traffic(multiple, None)
    if told:
        return _Said(told, bare=not (noun or way), multiple=multiple)
    if not (noun or _GROWS.search(piece)) or _PUT_IN.search(piece) or _TOP_UP.search(piece):
        return None
    return _Said({"kind": "traffic", "direction": way}) if way else None


def _traffic(multiple: multiples.Multiple | None, direction: str | None) -> Change | None:
    """`direction`: which way, where the percentage was said without one."""
    if multiple is None:
        return None
    turned = multiples.by(multiple.percent, direction) if multiple.percent is not None else multiple
    return {"kind": "traffic", "factor": turned.factor}


def _plan_of(piece: str) -> _Said | None:
    piece = _GROWTH_OF.sub(GAP, piece)
    interval = next((name for name, pattern in _INTERVALS.items() if pattern.search(piece)), None)
    plan = vocabulary().plans.find(piece)
    if plan is None and not _PLAN.search(piece) and not (interval and _TO_INTERVAL.search(piece)):
        return None
    return _Said({"kind": "plan"} | ({"plan": plan} if plan else {}) | ({"interval": interval} if interval else {}))


def _top_up_of(piece: str) -> _Said | None:
    found = _with_amount(multiples.without(piece, GAP))
    if _TOP_UP.search(piece):
        return _Said(found or {"kind": "top_up"})
    put_in = bool(_PUT_IN.search(piece))
    return _Said(found, bare=not put_in) if found and (put_in or "currency" in found) else None


def _with_amount(text: str) -> Change | None:
    amount, currency = amounts.find(text)
    if amount is None or Decimal(amount) <= 0:
        return None
    return {"kind": "top_up", "amount": amount} | ({"currency": currency} if currency else {})
