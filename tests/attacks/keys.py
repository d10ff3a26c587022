"""A site's key set, served, counted and rotated."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from tests.attacks.hands import claims
from tests.builders.receivers import served


class KeyServer:
    def __init__(self) -> None:
        self.keys = {"site": a_key()}
        self.fetched: list[str] = []
        shown = self

        class Keys(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                shown.fetched.append(self.path)
                body = json.dumps({"keys": [public(key, kid) for kid, key in shown.keys.items()]}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
        self.url = f"http://127.0.0.1:{self._server.server_port}/keys"

    @contextmanager
    def running(self) -> Iterator[KeyServer]:
        with served(self._server):
            yield self

    def token(self, kid: str = "site", **more: Any) -> str:
        return jwt.encode(claims(**more), self.keys[kid], algorithm="RS256", headers={"kid": kid})

    @property
    def public_pem(self) -> bytes:
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.keys["site"].public_key().public_bytes(serialization.Encoding.PEM, form)


def a_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public(key: rsa.RSAPrivateKey, kid: str) -> dict[str, Any]:
    return json.loads(RSAAlgorithm.to_jwk(key.public_key())) | {"kid": kid, "use": "sig"}
