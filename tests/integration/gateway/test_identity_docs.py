"""The examples of docs/identity.md are run, and the server takes their tokens."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from playwright._impl._driver import compute_driver_executable

from billing.config import Settings
from gateway.auth import Identity, verify

PAGE = Path(__file__).resolve().parents[3] / "docs" / "identity.md"
SECRET = "a-secret-of-the-site-of-more-than-32-bytes"
USER, ACCOUNT = "user-42 ü", "acme"


def examples(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def run(*command: str) -> str:
    done = subprocess.run(command, env={"TOKEN_SECRET": SECRET}, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def python(token: str) -> str:
    return run(sys.executable, "-c", f"{examples('python')[0]}\nprint({token})")


def node(token: str) -> str:
    """With the machine's own Node, else with the one that the browser's tests bring."""
    program = shutil.which("node") or compute_driver_executable()[0]
    return run(program, "-e", f"{examples('javascript')[0]}\nconsole.log({token});")


def php(token: str) -> str:
    program = shutil.which("php")
    if program is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("php is missing: run `make browser`")
    return run(program, "-r", f"{examples('php')[0].removeprefix('<?php')}\necho {token};")


RUN = {"python": (python, "billing_token"), "node": (node, "billingToken"), "php": (php, "billing_token")}


@pytest.mark.parametrize("language", RUN)
def test_a_token_of_the_example_is_taken_by_the_server(language):
    make, function = RUN[language]

    token = make(f"{function}('{USER}', '{ACCOUNT}')")

    assert verify(token, Settings(token_secret=SECRET)) == Identity(ACCOUNT, USER)


@pytest.mark.parametrize("kind", ["RS256", "EdDSA"])
def test_a_token_of_the_example_with_a_key_is_signed_so(kind):
    key = ed25519.Ed25519PrivateKey.generate() if kind == "EdDSA" else rsa.generate_private_key(65537, 2048)
    form = serialization.PrivateFormat.PKCS8
    pem = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()

    code = (
        f"{examples('python')[1]}\nprint(billing_token_by_key('{USER}', '{ACCOUNT}', '''{pem}''', 'key-1', '{kind}'))"
    )
    token = run(sys.executable, "-c", code)

    assert jwt.get_unverified_header(token) == {"alg": kind, "kid": "key-1", "typ": "JWT"}
    claims = jwt.decode(token, key.public_key(), algorithms=[kind], audience="billing-assistant")
    assert (claims["sub"], claims["account"], claims["iss"]) == (USER, ACCOUNT, "billing-assistant")
