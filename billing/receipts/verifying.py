"""Verifying a receipt from nothing but its bytes and the issuer's public keys: no database, no network."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from billing.canonical import NotCanonical, canonical
from billing.receipt_keys import SIGNATURE_LENGTH, PublicKeys, decoded

TYPE = "billing-assistant/receipt/1"
LARGEST = 64 * 1024  # bytes

Fault = Literal["too_large", "not_json", "not_canonical", "not_a_receipt", "unknown_key", "signature_wrong"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a receipt is as it was issued.

    `receipt` is what it says, where that could be read: trust it without `fault` only. `detail`: where a file stops
    being canonical, or which key is not known.
    """

    fault: Fault | None
    receipt: dict[str, Any] | None = None
    detail: str = ""

    @property
    def valid(self) -> bool:
        """Every byte is the issuer's."""
        return self.fault is None


def verify(content: bytes, keys: PublicKeys) -> Verdict:
    """The verdict on a file. Any byte that is not as it was issued makes it another than valid."""
    if len(content) > LARGEST:
        return Verdict("too_large")
    try:
        found = json.loads(content.decode())
    except (ValueError, RecursionError) as error:
        return Verdict("not_json", detail=str(error))
    try:
        expected = canonical(found)
    except (NotCanonical, RecursionError) as error:
        return Verdict("not_canonical", detail=str(error))
    if expected != content:
        return Verdict("not_canonical", detail=_first_difference(content, expected))
    return _signed(found, keys)


def _signed(found: Any, keys: PublicKeys) -> Verdict:
    match found:
        case {"receipt": {"type": type_, "key": str(key_id)} as receipt, "signature": str(text), **rest} if not rest:
            pass
        case _:
            return Verdict("not_a_receipt")
    if type_ != TYPE:
        return Verdict("not_a_receipt", receipt)
    key = keys.find(key_id)
    if key is None:
        return Verdict("unknown_key", receipt, key_id)
    try:
        signature = decoded(text)
    except ValueError as error:
        return Verdict("signature_wrong", receipt, str(error))
    if len(signature) != SIGNATURE_LENGTH or not key.verifies(signature, canonical(receipt)):
        return Verdict("signature_wrong", receipt)
    return Verdict(None, receipt)


def _first_difference(content: bytes, expected: bytes) -> str:
    ends = min(len(content), len(expected))
    at = next((n for n in range(ends) if content[n] != expected[n]), ends)
    return f"byte {at + 1}: {content[at : at + 12]!r} instead of {expected[at : at + 12]!r}"
