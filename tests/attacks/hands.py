"""What an attacker works with."""

from __future__ import annotations

import base64
import json
import socket
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt

SECRET = "demo-only-secret-of-32-bytes-or-more"
CANARY = "canary-7f3a-do-not-tell"


def claims(**more: Any) -> dict[str, Any]:
    told = {
        "sub": "u1",
        "account": "acme",
        "iss": "billing-assistant",
        "aud": "billing-assistant",
        "exp": datetime.now(UTC) + timedelta(minutes=5),
        **more,
    }
    return {name: value for name, value in told.items() if value is not None}


def a_token(secret: str = SECRET, algorithm: str = "HS256", headers: dict | None = None, **more: Any) -> str:
    return jwt.encode(claims(**more), secret, algorithm=algorithm, headers=headers)


def part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def as_(address: str, token: str, path: str = "/v1/account") -> httpx.Response:
    return httpx.get(f"{address}{path}", headers={"Authorization": f"Bearer {token}"})


def refused(answer: httpx.Response, status: int, code: str) -> bool:
    """A problem of that status and code that tells nothing of the inside."""
    assert answer.status_code == status, answer.text[:500]
    assert answer.json()["code"] == code, answer.text
    assert "Traceback" not in answer.text
    return True


def raw(port: int, sent: bytes, within: float = 5) -> bytes:
    """What a server says to these bytes, until it hangs up or says no more."""
    told, end = b"", time.monotonic() + within
    with socket.create_connection(("127.0.0.1", port), timeout=within) as line:
        try:
            line.sendall(sent)
            while time.monotonic() < end and (piece := line.recv(65536)):
                told += piece
        except OSError:
            pass
    return told
