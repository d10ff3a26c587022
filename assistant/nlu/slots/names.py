"""What customers call services, support tiers and ways to pay, in three languages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.nlu.slots.choice import Mention, settle
from assistant.nlu.slots.spelling import sounded, spoken


def _compiled(table: dict[str, str]) -> dict[str, re.Pattern[str]]:
    return {value: spoken(pattern) for value, pattern in table.items()}


_PAYMENT_METHODS = _compiled(
    {
        "card": r"(?<!gift )(?<!sim )(?<!report )(?<!graphics )(?<!gpu )(?<!business )(?<!\brate )(?<!member )"
        r"(?<!membership )(?<!loyalty )(?<![a-z])"
        r"(?:(?:credit|debit|bank|visa|prepaid)[\s-]?)?cards?(?![a-z])"
        r"|\b(?:cc|visa|master\s?card|amex|american express|jcb)\b"
        r"|(?<!ギフト)(?<!グラフィック)(?<!プリペイド)(?<!会員)(?<!メンバーズ)(?<!ポイント)(?<!ス)カード(?!ゲーム)"
        r"|クレカ|デビット|アメックス|ビザ(?=で|払)|クレジット(?=で|払|決済)"
        r"|(?<!기프트)(?<!기프트 )(?<!그래픽)(?<!그래픽 )(?<!회원)(?<!회원 )(?<!멤버십 )(?<!포인트 )카드"
        r"|아멕스|비자(?=로|\s?결제)|신카(?:(?=로)|(?![가-힣]))",
        "e_wallet": r"(?<![a-z])(?:(?:e|digital|electronic|mobile|online)[\s-]?)?wallets?(?![a-z])|\bpay\s?pal\b"
        r"|(?<![a-z])(?:apple|google|g|samsung|line|wechat|kakao|naver|grab)[\s-]?pay(?![a-z])"
        r"|(?<![a-z])(?:ali|pay)pay(?![a-z])"
        r"|電子マネー|(?:電子|デジタル|イー)?ウォレット|(?:スマホ|バーコード)決済|ペイパル|ペイペイ|(?:楽天|アップル|グーグル|ライン|メル)\s?ペイ"
        r"|(?:전자|모바일|디지털)\s?지갑|이?-?\s?월렛|간편\s?결제|(?:카카오|네이버|삼성|애플|구글|토스)\s?페이|토스(?=로|\s?결제)|페이팔|e-?지갑",
        "bank_transfer": r"\b(?:bank|wire|money|account)\s?(?:transfers?|wire|deposit)\b"
        r"|\b(?:wired?|ach|sepa|direct debit)\b"
        r"|\b(?:by|via|with|through|using|from)\s+(?:(?:a|my|our|the|company)\s+){0,2}(?:bank|transfer)\b(?!\s+(?:card|of))"
        r"|^(?:bank|transfer)(?:\s+please)?[.!]?$"
        r"|(?:銀行|口座)?(?:振り?込み?|振替)|送金|銀行(?!カード)|フリコミ|フリカエ|ギンコウ|口座(?=から)"
        r"|(?:계좌|은행)\s?(?:이체|송금|입금)|무통장(?:\s?입금)?|통장(?=으?로|에서)|이체|송금|은행(?!\s?카드)",
    }
)
_SERVICES = _compiled(
    {
        "bot_session": r"\b(?:chat)?bots?[\s-]*sessions?\b|(?:bots?|ボット)\s?の?\s?セッション|(?:bot|봇)\s?세션",
        "gpu_container": r"(?<![a-z])gpus?(?:[\s-]*(?:containers?|コンテナー?|컨테이너))?(?![a-z])|\bcontainers?\b"
        r"|コンテナ|컨테이너|ジーピーユー|지피유",
        "fine_tuning": r"(?<![a-z])fine[\s-]?tun(?:ing|e|ed|es)(?![a-z])|\bmodel tuning\b"
        r"|ファイン[\s・]?チューン(?:グ)?|ファイン[\s・]?チューニング|微調整|追加学習|[파화]인\s?튜닝|미세\s?조정|모델\s?튜닝",
        "inference": r"(?<!by )(?<!an )(?<![a-z])inferenc(?:es?|ing)(?![a-z])(?!\s+that)"
        r"|推論|スイロン|インファレンス|インフェレンス|추론|인퍼런스",
    }
)
_SUPPORT_TIERS = _compiled(
    {
        "basic": r"(?<![a-z])basic(?![a-z])(?!\s+(?:questions?|info|information|help|idea|understanding))"
        r"|ベーシック|베이직|基本(?=の?サポート|[にへ](?!つい))|기본(?=\s?(?:서포트|지원))",
        "standard": r"(?<![a-z])(?:standar[dt]|std)(?![a-z])|スタンダー?ド|스탠[다더]드"
        r"|標準(?=の?サポート|[にへ](?!つい))|표준(?=\s?(?:서포트|지원))",
        "premium": r"(?<![a-z])prem(?:ium)?(?![a-z])|プレミアム?|프리미[엄움]",
    }
)
_SUPPORT = spoken(r"(?<![a-z])(?:support|tiers?|sla)(?![a-z])|サポート|ティア|서포트|지원|티어")
_NEARBY = 60
_ALONE = spoken(
    r"(?:the\s+|to\s+)?(?:basic|standard|premium|ベーシック|スタンダード|プレミアム|베이직|스탠[다더]드|프리미엄)"
    r"(?:\s?(?:one|please|(?:を|で|に|が)?(?:お願いします|いいです|したい(?:です)?|して(?:ください)?|です)?"
    r"|(?:이?요|으?로(?:요| 해\s?주세요| 할게요| 부탁(?:해요|드려요|드립니다))?|입니다)))?[\s.!。]*"
)


def _mentions(text: str, table: Mapping[str, re.Pattern[str]]) -> list[Mention]:
    heard = sounded(text)
    return [Mention(value, *match.span()) for value, pattern in table.items() for match in pattern.finditer(heard)]


def payment_method(text: str) -> str | None:
    """`card`, `e_wallet` or `bank_transfer`, or None; brand names count.

    Gift, SIM and graphics cards do not, nor does "transfer" as a verb; two ways side by side ("card or wallet") are
    none.
    """
    return settle(text, _mentions(text, _PAYMENT_METHODS), leaving=False)


class ServiceNames:
    """What finds a service, by the pattern of each.

    Sessions alone name no service: nearly every message about usage has them. Two services side by side are none,
    since a filter on one would hide the other.
    """

    def __init__(self, patterns: Mapping[str, re.Pattern[str]]) -> None:
        self._patterns = patterns

    def find(self, text: str) -> str | None:
        """The service's id, or None."""
        return settle(text, _mentions(text, self._patterns))


OURS = ServiceNames(_SERVICES)
"""`bot_session`, `gpu_container`, `fine_tuning` and `inference`."""


def named(names: Mapping[str, Sequence[str]]) -> ServiceNames:
    """The finder of other services, by all names of each; one that is called as one of ours is found as that is too."""
    return ServiceNames({service: _pattern(service, called) for service, called in names.items()})


def _pattern(service: str, called: Sequence[str]) -> re.Pattern[str]:
    latin = [rf"(?<![a-z]){re.escape(name)}(?![a-z])" for name in called if name.isascii()]
    ours = [_SERVICES[service].pattern] if service in _SERVICES else []
    return spoken("|".join([*ours, *latin, *(re.escape(name) for name in called if not name.isascii())]))


def support_tier(text: str) -> str | None:
    """`basic`, `standard` or `premium`, only within 60 characters of a word for support, or as the whole message."""
    mentions, heard = _mentions(text, _SUPPORT_TIERS), sounded(text)
    if mentions and not _ALONE.fullmatch(heard):
        around = [heard[max(0, m.start - _NEARBY) : m.end + _NEARBY] for m in mentions]
        mentions = [m for m, nearby in zip(mentions, around, strict=True) if _SUPPORT.search(nearby)]
    return settle(text, mentions)
