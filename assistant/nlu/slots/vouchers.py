"""Voucher codes: what looks like one, or stands where the message says that one stands."""

from __future__ import annotations

import re

from assistant.nlu.slots.currencies import is_code
from assistant.nlu.slots.width import mask

_LINK = re.compile(r"https?://[!-~]+")
_REFERENCE = re.compile(
    r"(?<![A-Za-z0-9-])(?:R|REQ|INV|INVOICE|PO|TICKET|CASE|ORDER)[-#]?[0-9][A-Za-z0-9-]*|INV-[\w-]+"
)
_CARD_NUMBER = re.compile(r"(?<![0-9])(?:[0-9]{4}[ -]){3}[0-9]{1,7}(?![0-9])")
# ASCII only: particles follow a code without a space
_TOKEN = re.compile(r"(?<![A-Za-z0-9@./_#-])[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*(?![A-Za-z0-9@_#-]|[./][A-Za-z0-9])")
_TRIGGER = re.compile(
    r"(?<![a-z])(?:vouchers?|coupons?|promo|redeem|promotion|gift code|discount code|code)(?![a-z])"
    r"|クーポン|バウチャ|コード|くーぽん|ばうちゃー|쿠폰|바우처|코드|프로모션",
    re.IGNORECASE,
)
_NAMED_BEFORE = re.compile(
    r"(?:(?:voucher|coupon|promo|promotion|gift|discount)(?:\s+code)?|(?<!error )(?<!status )(?<!country )"
    r"(?<!currency )(?<!zip )(?<!source )(?<!qr )\bcode|クーポン|バウチャーコード|バウチャー|コード|쿠폰|바우처|코드)"
    r"(?:番号|번호)?(?:\s?入力|\s?입력)?(?:'s|\s+(?:is|called|named)|\s?[はがをの:=]|[는은가])?[\s:「『\"'(]*$",
    re.IGNORECASE,
)
_NAMED_AFTER = re.compile(
    r"[\s」』\"')]*(?:という|っていう|の|라는|이라는)?\s?"
    r"(?:(?:voucher|coupon|promo|code)\b|クーポン|バウチャー|コード|쿠폰|바우처|코드)",
    re.IGNORECASE,
)
_MODEL = re.compile(  # accelerators, models, standards and other names that mix letters and digits
    r"(?:GPT|CHATGPT|CLAUDE|LLAMA|QWEN|GEMMA|GEMINI|MISTRAL|MIXTRAL|PHI|DEEPSEEK|RTX|GTX|TESLA|MI|GB|GH|ISO|RFC|UTF|SHA|"
    r"IPV|SOC|CUDA|OAUTH|COVID|FY|WINDOWS|PYTHON|BASE|LOG|USEM|US-(?:EAST|WEST)|EU-\w+|AP-\w+)[-_]?[0-9].*"
    r"|[AHBLVTP][0-9]{1,4}[A-Z]{0,3}(?:[-_][A-Z0-9]+)?|[A-Z]{1,2}[-_]?[0-9]{1,4}[A-Z]?|[0-9]+[A-Z]?[-_/]?Q[1-4]"
    r"|Q[1-4](?:[-_]?[0-9]*|[-_]Q[1-4])"
)
_MONTH = "(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|SEPT|OCT|NOV|DEC)[A-Z]*"
_DATED = re.compile(
    rf"(?:[0-9]+[-_])?{_MONTH}[-_]?[0-9]+(?:[-_][0-9]+)?|(?:MID|END|EARLY|LATE)[-_].*|[0-9]+[-_]{_MONTH}"
)
_UNIT = re.compile(
    r"[0-9]+[-_]?(?:ST|ND|RD|TH|K|M|X[0-9]+|[KMGT]I?B|MINS?|MINUTES?|HRS?|HOURS?|DAYS?|WEEKS?|MONTHS?|YEARS?|SESSIONS?|"
    r"TOKENS?|WON|YEN|DOLLARS?|EUROS?|BUCKS|PERCENT|USERS?|TIMES|GPUS?|[AP]M)"
)
_HYPHENED = re.compile(  # in capitals these have the shape of a code
    r"TOP-UP|E-WALLET|E-MAIL|FINE-TUNING|FINE-TUNE|PAY-AS-YOU-GO|FOLLOW-UP|SIGN-UP|SIGN-IN|LOG-IN|OPT-IN"
    r"|OPT-OUT|PRE-PAID|POST-PAID|PRE-PAY|SELF-SERVICE|ADD-ON|CHECK-IN|CHECK-OUT|US-EAST|US-WEST|PCI-DSS"
    r"|NON-REFUNDABLE|AUTO-RENEW|AUTO-RECHARGE|PAY-LATER|CREDIT-CARD|BANK-TRANSFER|BOT-SESSION"
    r"|GPU-CONTAINER|YEAR-TO-DATE|AI-POWERED|MONTH-TO-DATE|UP-TO-DATE|RE-CHARGE"
)
_PLAIN = re.compile(  # in capitals beside a word for vouchers
    r"GPU|GPUS|API|USD|JPY|KRW|EUR|PDF|CSV|FAQ|SMS|QR|URL|VAT|TAX|PLEASE|NOT|AND|THE|FOR|CODE|CODES"
    r"|VOUCHER|VOUCHERS|COUPON|COUPONS|PROMO|PROMOTION|HAVE|WANT|USE|REDEEM|APPLY|YES|ERROR|HELP|THANKS"
    r"|OKAY|GIFT|DISCOUNT|CREDIT"
)
_SHOUTED_WORDS = 4
_SHORT = 5
_EAST = re.compile(r"[ぁ-ヺ一-鿿가-힣]")
_COURTESY = re.compile(r"[\s,.!~]*(?:pls|plz|please|thanks|です|이?요)?[\s.!。~]*", re.IGNORECASE)


def _shape(token: str, named: bool) -> str | None:
    """`digit` or `hyphen` for what a code looks like, `word` for letters alone, None for what is something else.

    What is `named` a code right before may look like a model: "coupon bf2026".
    """
    upper = token.upper()
    letters = sum(c.isalpha() for c in upper)
    others = (*(() if named and len(token) > _SHORT else (_MODEL,)), _DATED, _UNIT, _REFERENCE)
    if letters < 2 or not 4 <= len(token) <= 40 or any(p.fullmatch(upper) for p in others):
        return "word" if upper.isalpha() and len(upper) == 3 and not _PLAIN.fullmatch(upper) else None
    if letters != len(upper) and is_code("".join(c for c in upper if c.isalpha())):
        return None  # money: USD50
    if any(c.isdigit() for c in upper):
        return "digit"
    if "-" in upper or "_" in upper:
        return None if _HYPHENED.fullmatch(upper) else "hyphen"
    return None if _PLAIN.fullmatch(upper) else "word"


def _is_code(text: str, match: re.Match[str], triggered: bool, shouted: bool) -> bool:
    before = bool(_NAMED_BEFORE.search(text[max(0, match.start() - 40) : match.start()]))
    token, shape = match.group(), _shape(match.group(), before)
    upper = token.isupper()
    if shape is None:
        return False
    if shape == "digit":
        alone = match.start() == 0 and _COURTESY.fullmatch(text, match.end())
        return bool(triggered or alone or (upper and sum(c.isalpha() for c in token) > 1 and len(token) > 4))
    if shape == "hyphen" and before and _EAST.search(text):
        return True  # a Latin word with a hyphen is seldom anything else there
    named = before or _NAMED_AFTER.match(text, match.end())
    return upper and not shouted and (shape == "hyphen" or bool(named))


def find(text: str) -> tuple[str | None, str]:
    """The voucher code in upper case, if any, and the text without it, without reference numbers and without links.

    Rules: upper-case letters with a digit or a hyphen are a code anywhere; with lower-case letters only where the
    message speaks of vouchers or codes, or is nothing else; letters alone only beside such a word. Request and invoice
    numbers, models, dates, units and money (USD50) are not codes. Where a whole message is in capitals a code needs a
    digit. The last code counts.
    """
    for pattern in (_LINK, _CARD_NUMBER):
        text = pattern.sub(lambda match: mask(match.group(), 0, len(match.group())), text)
    triggered = bool(_TRIGGER.search(text))
    words = re.findall(r"[A-Za-z]+", text)
    shouted = len(words) >= _SHOUTED_WORDS and all(word.isupper() for word in words)
    codes = [match for match in _TOKEN.finditer(text) if _is_code(text, match, triggered, shouted)]
    for match in codes:
        text = mask(text, match.start(), match.end())
    text = _REFERENCE.sub(lambda match: mask(match.group(), 0, len(match.group())), text)
    return (codes[-1].group().upper() if codes else None), text
