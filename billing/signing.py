"""Values that may travel through others' hands: signed for one purpose, until an instant."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime


class Signer:
    """Signs with a key of its own for its purpose, derived from the deployment's secret."""

    def __init__(self, secret: str, purpose: str) -> None:
        self._key = hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()

    def sign(self, value: str, expires_at: datetime) -> str:
        """`value.expiry.signature`, fit for an address; the value holds no dot."""
        signed = f"{value}.{int(expires_at.timestamp())}"
        return f"{signed}.{self._signature(signed)}"

    def open(self, token: str, at: datetime) -> str | None:
        """The value; None where the token is not ours, was changed, or has expired."""
        signed, _, signature = token.rpartition(".")
        if not hmac.compare_digest(self._signature(signed).encode(), signature.encode(errors="replace")):
            return None
        value, _, expiry = signed.rpartition(".")
        return value if at < datetime.fromtimestamp(int(expiry), UTC) else None

    def _signature(self, signed: str) -> str:
        digest = hmac.new(self._key, signed.encode(errors="replace"), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")
