"""How somebody can be reached: an e-mail address or a phone number, checked by kept libraries."""

from __future__ import annotations

from billing.errors import ContactInvalid

_REGIONS = {"en": "US", "ja": "JP", "ko": "KR"}


def normalise(contact: str, language: str) -> str:
    """The address in its normal form, or the number in E.164; a number without a country is of the language's.

    Raises:
        ContactInvalid: neither.
    """
    import phonenumbers
    from email_validator import EmailNotValidError, validate_email

    contact = contact.strip()
    if "@" in contact:
        try:
            return validate_email(contact, check_deliverability=False).normalized
        except EmailNotValidError as error:
            raise ContactInvalid(str(error)) from error
    try:
        number = phonenumbers.parse(contact, _REGIONS.get(language, "US"))
    except phonenumbers.NumberParseException as error:
        raise ContactInvalid(str(error)) from error
    if not phonenumbers.is_valid_number(number):
        raise ContactInvalid("not a phone number that exists")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
