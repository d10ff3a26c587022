"""Tokens by a JWKS address: a real one, served here."""

from __future__ import annotations

import base64
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from jwt.algorithms import OKPAlgorithm, RSAAlgorithm

from billing.config import Settings
from gateway.auth import verify
from gateway.errors import Problem

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = RSA.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
ED = ed25519.Ed25519PrivateKey.generate()


def key_set() -> dict[str, Any]:
    rsa_key = json.loads(RSAAlgorithm.to_jwk(RSA.public_key())) | {"kid": "r", "use": "sig"}
    ed_key = json.loads(OKPAlgorithm.to_jwk(ED.public_key())) | {"kid": "e", "use": "sig"}
    return {"keys": [rsa_key, ed_key]}


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(key_set()).encode())

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Keys)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Settings(token_jwks_url=f"http://127.0.0.1:{server.server_port}/keys", token_secret="s" * 40)
    server.shutdown()


def signed(key: Any, algorithm: str, kid: str) -> str:
    claims = {
        "sub": "u",
        "account": "acme",
        "iss": "billing-assistant",
        "aud": "billing-assistant",
        "exp": datetime.now(UTC) + timedelta(minutes=5),
    }
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid})


@pytest.mark.parametrize(("key", "algorithm", "kid"), [(RSA, "RS256", "r"), (ED, "EdDSA", "e")])
def test_a_token_of_a_key_in_the_set_is_good(settings, key, algorithm, kid) -> None:
    assert verify(signed(key, algorithm, kid), settings).account == "acme"


def test_a_key_that_is_not_in_the_set_is_refused(settings) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for kid in ("r", "unknown"):
        with pytest.raises(Problem) as refused:
            verify(signed(other, "RS256", kid), settings)
        assert refused.value.code == "token_invalid"


@pytest.mark.parametrize(("key", "algorithm", "kid"), [(RSA, "RS256", "e"), (ED, "EdDSA", "r"), (RSA, "PS256", "r")])
def test_an_algorithm_that_is_not_the_keys_is_refused(settings, key, algorithm, kid) -> None:
    with pytest.raises(Problem) as refused:
        verify(signed(key, algorithm, kid), settings)
    assert (refused.value.status, refused.value.code) == (401, "token_invalid")


def test_keys_that_cannot_be_fetched_are_our_fault_not_the_callers() -> None:
    with pytest.raises(Problem) as refused:
        verify(signed(RSA, "RS256", "r"), Settings(token_jwks_url="http://127.0.0.1:9/keys"))
    assert (refused.value.status, refused.value.code) == (503, "keys_unreachable")


def forged(secret: bytes) -> str:
    """By hand: the library refuses to sign with a public key."""
    head, body, _ = signed(b"x" * 40, "HS256", "r").split(".")
    mark = hmac.digest(secret, f"{head}.{body}".encode(), "sha256")
    return f"{head}.{body}.{base64.urlsafe_b64encode(mark).decode().rstrip('=')}"


@pytest.mark.parametrize("secret", [b"s" * 40, PUBLIC], ids=["the secret for HS256", "the public key"])
def test_the_public_key_is_no_shared_secret(settings, secret: bytes) -> None:
    with pytest.raises(Problem) as refused:
        verify(forged(secret), settings)
    assert refused.value.code == "token_invalid"
