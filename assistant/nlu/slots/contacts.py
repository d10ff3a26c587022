"""E-mail addresses and phone numbers, as the customer wrote them."""

from __future__ import annotations

import re

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from assistant.nlu.slots.width import mask

# ASCII only: Japanese and Korean particles follow an address without a space
_EMAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*", re.ASCII)
_DATE = re.compile(r"20[0-9]{2}([-/.])[0-9]{1,2}\1[0-9]{1,2}")
_MAYBE_PHONE = re.compile(
    r"(?<![0-9A-Za-z.,/-])(?:\+[0-9]|\(?0[0-9]|\(?[0-9]{2,4}\)?[-. ][0-9]{3,4}[-. ]?[0-9]{4}(?![0-9]))"
)
_PHONE_WORD = re.compile(
    r"\b(?:phone|tel|telephone|call|mobile|cell|whatsapp|number)\b|電話|携帯|連絡先|전화|연락처|휴대폰|핸드폰",
    re.IGNORECASE,
)
_LOCAL = re.compile(
    r"(?<![0-9A-Za-z.,/-])(?:1[5-9][0-9]{2}-[0-9]{4}|[2-9][0-9]{9}|[2-9][0-9]{2}[- ][0-9]{4})(?![0-9-])"
)
_REGIONS = ("JP", "KR", "US")


def _email(text: str) -> tuple[str | None, str]:
    found = None
    for match in _EMAIL.finditer(text):
        address = match.group().rstrip(".-")
        text = mask(text, match.start(), match.end())
        try:
            # `.test` is what staging accounts and examples have
            validate_email(address, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            continue
        found = found or address
    return found, text


def _phone(text: str) -> tuple[str | None, str]:
    readable = _DATE.sub(lambda match: " " * len(match.group()), text)
    local = _LOCAL.search(readable) if _PHONE_WORD.search(readable) else None
    if not _MAYBE_PHONE.search(readable) and not local:
        return None, text
    for region in _REGIONS:
        for match in phonenumbers.PhoneNumberMatcher(readable, region):
            return match.raw_string, mask(text, match.start, match.end)
    return (local.group(), mask(text, *local.span())) if local else (None, text)


def find(text: str) -> tuple[str | None, str]:
    """The contact, if any, and the text without addresses and phone numbers; an e-mail goes before a phone.

    Rules: an e-mail is one that email-validator takes without asking the network; a phone is what phonenumbers holds
    for a valid number in Japan, Korea or the USA, or anywhere with its `+`. Ten plain digits and numbers without an
    area code are a phone only beside a word that says so, else they may be money. Digits of addresses that are not
    valid are taken out all the same.
    """
    email: str | None = None
    if "@" in text:
        email, text = _email(text)
    phone, text = _phone(text)
    return email or phone, text
