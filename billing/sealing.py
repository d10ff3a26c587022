"""Contact data at rest: encrypted by the first of `DATA_KEYS`, readable by any of them (ADR 0015).

Only the column types here know of it: in Python the values are plain.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from billing.config import settings
from billing.errors import SettingInvalid

_PURPOSE = b"billing-assistant contact data\x00"
_ring: list[MultiFernet] = []


class DataKeyWrong(SettingInvalid):
    """What is kept was encrypted by a key that is not among `DATA_KEYS`."""


def use(keys: Sequence[str]) -> None:
    """Encrypt by the first of these keys and decrypt by all of them, in this process from now on."""
    _ring[:] = [MultiFernet([_fernet(key) for key in keys])]


def _fernet(key: str) -> Fernet:
    """The setting may be any text that nobody guesses; Fernet wants 32 bytes."""
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(_PURPOSE + key.encode()).digest()))


def _keys() -> MultiFernet:
    if not _ring:
        use(settings().keys)
    return _ring[0]


def seal(text: str) -> str:
    """The text encrypted, another each time."""
    return _keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed.

    Raises:
        DataKeyWrong: none of the keys is the one that it was sealed by.
    """
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise DataKeyWrong("DATA_KEYS: none of them opens what is kept here; add the key that it was kept by") from None


class SealedText(sa.types.TypeDecorator[str]):
    """Text that the database never sees."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        """Encrypted."""
        return None if value is None else seal(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> str | None:
        """Decrypted."""
        return None if value is None else unseal(value)


class SealedJson(sa.types.TypeDecorator[Any]):
    """What JSON can hold, kept as a JSON string that the database cannot read."""

    impl = sa.JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        """Encrypted."""
        return None if value is None else seal(json.dumps(value, ensure_ascii=False))

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        """Decrypted."""
        return None if value is None else json.loads(unseal(value))
