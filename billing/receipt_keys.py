"""The keys that receipts are signed by: Ed25519 (RFC 8032), made from `RECEIPT_KEYS`, published as JWK (RFC 8037)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from billing.canonical import canonical
from billing.errors import SettingInvalid

_PURPOSE = b"billing-assistant receipts\x00"
_PUBLIC = "public:"
_LENGTH = 32  # bytes of a public key
SIGNATURE_LENGTH = 64  # bytes


def encoded(raw: bytes) -> str:
    """Base64url without padding (RFC 7515)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """What was encoded.

    Raises:
        ValueError: not exactly how those bytes are encoded: unused bits that are set, padding, other characters.
    """
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(str(error)) from error
    if encoded(raw) != text:
        raise ValueError("not the canonical encoding")
    return raw


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What anybody verifies by."""

    raw: bytes

    @property
    def id(self) -> str:
        """The thumbprint of RFC 7638, which nobody can give to another key."""
        return encoded(hashlib.sha256(canonical({"crv": "Ed25519", "kty": "OKP", "x": encoded(self.raw)})).digest())

    @property
    def jwk(self) -> dict[str, str]:
        """As it is published."""
        return {"alg": "EdDSA", "crv": "Ed25519", "kid": self.id, "kty": "OKP", "use": "sig", "x": encoded(self.raw)}

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether its private half signed exactly this."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class PublicKeys:
    """An issuer's keys by their ids."""

    def __init__(self, keys: Iterable[PublicKey]) -> None:
        self._keys = {key.id: key for key in keys}

    @classmethod
    def read(cls, text: str | bytes) -> PublicKeys:
        """A JWK set; keys of other kinds in it are passed over.

        Raises:
            ValueError: it is none, or has no Ed25519 key.
        """
        try:
            listed = json.loads(text)["keys"]
            found = [_of_jwk(jwk) for jwk in listed if (jwk.get("kty"), jwk.get("crv")) == ("OKP", "Ed25519")]
        except (TypeError, KeyError, AttributeError, UnicodeDecodeError) as error:
            raise ValueError("not a JWK set") from error
        if not found:
            raise ValueError("no Ed25519 key in the set")
        return cls(found)

    def find(self, key_id: str) -> PublicKey | None:
        """The key of that id."""
        return self._keys.get(key_id)

    @property
    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The set as it is published, the signing key first."""
        return {"keys": [key.jwk for key in self._keys.values()]}


def _of_jwk(jwk: dict[str, Any]) -> PublicKey:
    raw = decoded(jwk["x"])
    if len(raw) != _LENGTH:
        raise ValueError("an Ed25519 key has 32 bytes")
    return PublicKey(raw)


class Signer:
    """The first of the keys signs; all of them verify."""

    def __init__(self, keys: Sequence[str]) -> None:
        """From the setting's values: secrets, or `public:` and a key's `x` where only what it signed is to be verified.

        Raises:
            SettingInvalid: the first has no private half, or a public one is not a key.
        """
        if not keys or keys[0].startswith(_PUBLIC):
            raise SettingInvalid("RECEIPT_KEYS: the first signs, so it must be a secret")
        self._private = _private(keys[0])
        self.public = PublicKeys(_public(key) for key in keys)
        self.key_id = PublicKey(self._private.public_key().public_bytes_raw()).id

    def sign(self, message: bytes) -> bytes:
        """The signature, the same each time."""
        return self._private.sign(message)


def _private(secret: str) -> Ed25519PrivateKey:
    """The setting may be any text that nobody guesses; a key wants 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(_PURPOSE + secret.encode()).digest())


def _public(key: str) -> PublicKey:
    if not key.startswith(_PUBLIC):
        return PublicKey(_private(key).public_key().public_bytes_raw())
    try:
        return _of_jwk({"x": key.removeprefix(_PUBLIC)})
    except ValueError as error:
        raise SettingInvalid(f"RECEIPT_KEYS: {key} is no public key ({error})") from error
