"""The keys: published as the RFCs say, one signs, all verify."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.errors import SettingInvalid
from billing.receipt_keys import PublicKey, PublicKeys, Signer, decoded, encoded

OLD, NEW = "o" * 32, "n" * 32


def test_a_key_is_named_by_the_thumbprint_of_rfc_8037() -> None:
    """RFC 8037, appendix A.2 and A.3."""
    key = PublicKey(decoded("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"))
    assert key.id == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    assert key.jwk == {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "kid": key.id,
        "alg": "EdDSA",
        "use": "sig",
    }


def test_a_new_key_signs_and_an_old_one_goes_on_verifying() -> None:
    before, after = Signer([OLD]), Signer([NEW, OLD])
    signature = before.sign(b"done")
    assert after.key_id != before.key_id
    assert after.public.find(before.key_id).verifies(signature, b"done")
    assert not after.public.find(after.key_id).verifies(signature, b"done")
    assert [jwk["kid"] for jwk in after.public.jwks["keys"]] == [after.key_id, before.key_id]


def test_of_a_retired_key_the_public_half_is_enough() -> None:
    before = Signer([OLD])
    x = before.public.jwks["keys"][0]["x"]
    after = Signer([NEW, f"public:{x}"])
    assert after.public.find(before.key_id).verifies(before.sign(b"done"), b"done")


@pytest.mark.parametrize("keys", [[], ["public:" + "A" * 43], [NEW, "public:short"], [NEW, "public:" + "!" * 43]])
def test_a_setting_that_signs_nothing_is_refused(keys) -> None:
    with pytest.raises(SettingInvalid, match="RECEIPT_KEYS"):
        Signer(keys)


def test_published_keys_are_read_back_and_others_passed_over() -> None:
    signer = Signer([NEW, OLD])
    published = signer.public.jwks["keys"]
    read = PublicKeys.read(json.dumps({"keys": [{"kty": "RSA", "n": "x"}, *published]}))
    assert read.jwks == signer.public.jwks


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"keys": 1}', '{"keys": []}', '{"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA"}]}']
)
def test_what_is_no_set_of_keys_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        PublicKeys.read(text)


@given(st.binary(max_size=70))
def test_bytes_have_one_encoding_only(raw: bytes) -> None:
    text = encoded(raw)
    assert decoded(text) == raw
    for other in (text + "=", text + "A" * (4 - len(text) % 4), text + "\n", text[:-1] + "!"):
        if other != text:
            with pytest.raises(ValueError):
                assert decoded(other) != raw
                raise ValueError
