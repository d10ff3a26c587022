"""A receipt verifies as it was issued, and not with one byte changed, added or left out."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.canonical import canonical
from billing.receipt_keys import PublicKeys, Signer, encoded
from billing.receipts.verifying import LARGEST, TYPE, verify

SIGNER = Signer(["s" * 32])
KEYS = SIGNER.public


def a_receipt(**changed) -> dict:
    return {
        "type": TYPE,
        "issuer": "Example \u682a\u5f0f\u4f1a\u793e",
        "key": SIGNER.key_id,
        "id": "T-000001",
        "account": "acme",
        "what": "top_up",
        "at": "2026-11-27T10:00:00.000000Z",
        "amounts": {"total": {"amount": "50.00", "currency": "USD"}},
        "details": {"method": "card"},
        "catalogue_version": 1,
        "ledger": {"position": 7, "transactions": [{"id": 7, "sha256": "0" * 64}]},
    } | changed


def a_file(receipt: dict, signer: Signer = SIGNER) -> bytes:
    return canonical({"receipt": receipt, "signature": encoded(signer.sign(canonical(receipt)))})


FILE = a_file(a_receipt())


def test_a_receipt_as_it_was_issued_is_valid() -> None:
    verdict = verify(FILE, KEYS)
    assert (verdict.valid, verdict.receipt) == (True, a_receipt())


@settings(max_examples=1500)
@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_any_byte_changed_fails(at: int, by: int) -> None:
    changed = bytearray(FILE)
    changed[at] ^= by
    assert not verify(bytes(changed), KEYS).valid


def test_every_bit_changed_fails() -> None:
    for at in range(len(FILE)):
        for bit in range(8):
            changed = bytearray(FILE)
            changed[at] ^= 1 << bit
            assert not verify(bytes(changed), KEYS).valid, (at, bit)


@given(st.integers(0, len(FILE)), st.binary(min_size=1, max_size=3))
def test_any_byte_added_fails(at: int, more: bytes) -> None:
    assert not verify(FILE[:at] + more + FILE[at:], KEYS).valid


def test_any_byte_left_out_fails() -> None:
    assert not any(verify(FILE[:at] + FILE[at + 1 :], KEYS).valid for at in range(len(FILE)))


def test_the_same_values_written_otherwise_fail_and_it_is_said_where() -> None:
    verdict = verify(json.dumps(json.loads(FILE), ensure_ascii=False, indent=1).encode(), KEYS)
    assert verdict.fault == "not_canonical"
    assert verdict.detail.startswith("byte 2: ")
    twice = FILE.replace(b'{"account":"acme"', b'{"account":"acme","account":"acme"')
    assert verify(twice, KEYS).fault == "not_canonical"


def test_another_issuers_signature_and_key_do_not_pass_for_ours() -> None:
    other = Signer(["x" * 32])
    assert verify(a_file(a_receipt(), other), KEYS).fault == "signature_wrong"
    unknown = verify(a_file(a_receipt(key=other.key_id), other), KEYS)
    assert (unknown.fault, unknown.detail) == ("unknown_key", other.key_id)


def test_what_our_key_signed_is_a_receipt_only_if_it_says_so() -> None:
    assert verify(a_file(a_receipt(type="something else")), KEYS).fault == "not_a_receipt"


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_no_bytes_raise(content: bytes) -> None:
    assert not verify(content, KEYS).valid


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "not_json"),
        (b"\xff", "not_json"),
        (b"[" * 60_000, "not_json"),
        (b"1.5", "not_canonical"),
        (b"NaN", "not_canonical"),
        (b"[]", "not_a_receipt"),
        (b'{"receipt":{},"signature":""}', "not_a_receipt"),
        (b" " * (LARGEST + 1), "too_large"),
    ],
)
def test_what_is_no_receipt_is_said_to_be_none(content: bytes, fault: str) -> None:
    assert verify(content, KEYS).fault == fault


def test_a_signature_of_the_wrong_length_is_refused() -> None:
    short = canonical({"receipt": a_receipt(), "signature": encoded(b"x" * 63)})
    assert verify(short, KEYS).fault == "signature_wrong"


def test_published_keys_are_enough() -> None:
    assert verify(FILE, PublicKeys.read(json.dumps(KEYS.jwks))).valid
