"""Personal data taken out of a message before it is kept; amounts, dates and times stay, as meaning hangs on them.

What has a form is found: addresses, numbers and codes, and names where the words around say that one stands there. The
kept libraries for this (presidio, scrubadub) find other names by spaCy's models, one a language, downloaded apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from assistant.masking.cards import without_concealed
from assistant.masking.names import NAME, without_names
from assistant.nlu.slots import vouchers
from assistant.nlu.slots.width import GAP, normalise

URL, EMAIL, IBAN, CARD, PHONE, CODE, ID = "<url>", "<email>", "<iban>", "<card>", "<phone>", "<code>", "<id>"

# ASCII only: Japanese and Korean particles follow without a space
_URL = re.compile(r"(?:https?://|www\.)[!-~]+", re.IGNORECASE)
_EMAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_HANDLE = re.compile(r"(?<![A-Za-z0-9])@[A-Za-z0-9_]{2,}")
_MAYBE_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}[A-Za-z0-9 -]{11,40}")
_CARD = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){12,18}(?![0-9])")
_FOURS = re.compile(r"(?<![0-9])(?:[0-9]{4}[ -]){3}[0-9]{1,7}(?![0-9])")
_OF_A_PERSON = re.compile(
    r"(?<![0-9])(?:[0-9]{6}-[0-9]{7}|[0-9]{3}-[0-9]{2}-[0-9]{4}|[0-9]{4}[ -][0-9]{4}[ -][0-9]{4}|〒[0-9]{3}-?[0-9]{4})"
    r"(?![0-9-])"
)
"""Of Korea, the USA and Japan, and Japanese postal codes."""
_LIKE_A_PHONE = re.compile(r"(?<![0-9.,])\(?0[0-9]{1,3}\)?[ -]?[0-9]{3,4}[ -][0-9]{4}(?![0-9])")
_WITHOUT_AREA = re.compile(r"(?<![0-9-])(?:1[5-9][0-9]{2}|[2-9][0-9]{2})[- ][0-9]{4}(?![0-9-])")
_PHONE_WORD = re.compile(
    r"\b(?:phone|tel|telephone|call|mobile|cell|fax|whatsapp)\b|電話|携帯|連絡先|전화|연락처|휴대폰|핸드폰",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?:19|20)[0-9]{2}([-/.]?)(?:0?[1-9]|1[0-2])\1(?:[12][0-9]|3[01]|0?[1-9])(?![0-9])")
_LONG_TOKEN = re.compile(r"(?<![A-Za-z0-9_-])(?=[A-Za-z_-]*[0-9])[A-Za-z0-9_-]{8,}(?![A-Za-z0-9_-])")
_LONG_NUMBER = re.compile(r"(?<![0-9.,$€£¥₩])[0-9]{8,}(?![0-9]|[.,][0-9])")
_ROUND = re.compile(r"[0-9]+000")
_RANGE = re.compile(r"[0-9]{1,6}-[0-9]{1,6}")
_MONEY = re.compile(r"(?:usd|krw|jpy|eur)[0-9]+", re.IGNORECASE)
_MONEY_AFTER = re.compile(r"\s?(?:[万億千원円]|[만억천]|won|yen|dollars?|bucks|euros?|usd|krw|jpy|eur)", re.IGNORECASE)
_MONEY_BEFORE = re.compile(r"(?:usd|krw|jpy|eur)\s?$", re.IGNORECASE)
_GAPS = re.compile(f"{GAP}+")
_REGIONS = ("JP", "KR", "US", "GB")


def mask(text: str, known: Iterable[str] = ()) -> str:
    """The message in NFKC on one line, with a word in place of what tells who wrote it.

    `known`: names and ids that are known of the writer.
    """
    text = without_concealed(normalise(text), CARD)
    for pattern, word in ((_URL, URL), (_EMAIL, EMAIL), (_HANDLE, NAME)):
        text = pattern.sub(word, text)
    text = _MAYBE_IBAN.sub(_without_iban, text)
    text = _CARD.sub(lambda found: CARD if _is_card(found[0]) else found[0], text)
    text = _OF_A_PERSON.sub(ID, _FOURS.sub(CARD, text))
    text = _without_phones(text)
    text = _GAPS.sub(CODE, vouchers.find(text)[1])
    text = _LONG_TOKEN.sub(_unless_a_value, text)
    text = _LONG_NUMBER.sub(_unless_a_value, text)
    return " ".join(without_names(text, known).split())


def _without_iban(found: re.Match[str]) -> str:
    """What follows an IBAN may look like more of it: the longest part whose check digits are right (ISO 13616)."""
    for end in range(len(found[0]), 14, -1):
        account = re.sub("[ -]", "", found[0][:end]).upper()
        digits = "".join(str(int(sign, 36)) for sign in account[4:] + account[:4])
        if found[0][end - 1].isalnum() and 15 <= len(account) <= 34 and int(digits) % 97 == 1:
            return IBAN + found[0][end:]
    return found[0]


def _is_card(written: str) -> bool:
    """By its check digit (Luhn)."""
    digits = [int(sign) for sign in reversed(written) if sign.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _without_phones(text: str) -> str:
    spans = sorted(set(_phones(text)), reverse=True)
    for start, end in spans:
        text = text[:start] + PHONE + text[end:]
    text = _LIKE_A_PHONE.sub(PHONE, text)
    return _WITHOUT_AREA.sub(PHONE, text) if _PHONE_WORD.search(text) else text


def _phones(text: str) -> Iterator[tuple[int, int]]:
    """Where a valid number stands that is written as one: digits alone may be an amount."""
    import phonenumbers

    taken: list[tuple[int, int]] = [found.span() for found in _DATE.finditer(text)]
    for region in _REGIONS:
        for match in phonenumbers.PhoneNumberMatcher(text, region):
            written = match.raw_string
            overlaps = any(start < match.end and match.start < end for start, end in taken)
            if not overlaps and (written[0] in "+(0" or not written.isdigit()):
                taken.append((match.start, match.end))
                yield match.start, match.end


def _unless_a_value(found: re.Match[str]) -> str:
    """An id, but for what may be a date or an amount: round, or beside a currency."""
    written, before, after = found[0], found.string[: found.start()], found.string[found.end() :]
    if any(pattern.fullmatch(written) for pattern in (_DATE, _RANGE, _ROUND, _MONEY)):
        return written
    beside_money = _MONEY_AFTER.match(after) or _MONEY_BEFORE.search(before[-5:])
    return written if beside_money or sum(sign.isdigit() for sign in written) < 2 else ID
