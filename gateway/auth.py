"""Who is calling: a verified token, or an anonymous visitor. Nothing else is ever an identity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import jwt
from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from billing.config import Settings
from gateway.errors import Problem
from gateway.key_sets import key_set

LONGEST = timedelta(hours=1)
"""How far ahead a token may expire."""
_LEEWAY = timedelta(seconds=30)
_REMEMBERED = 4096
"""Tokens, newest used, about 1 kB each."""
_CLAIMS = ["sub", "account", "exp", "iss", "aud"]


@dataclass(frozen=True, slots=True)
class Identity:
    """The signed-in customer: `account`, and `user` within it."""

    account: str
    user: str


def verify(token: str, settings: Settings) -> Identity:
    """The identity that a token proves: HS256 by the site's secret, or RS256/EdDSA by its JWKS address.

    Raises:
        Problem: 401, without a word on what was wrong with it beyond `token_expired` or `token_invalid`.
    """
    try:
        claims = _claims(token, settings)
    except jwt.ExpiredSignatureError:
        raise Problem(401, "token_expired", "The token has expired: get a new one.") from None
    except jwt.PyJWKClientConnectionError:
        raise Problem(503, "keys_unreachable", "The keys that tokens are verified with cannot be fetched.") from None
    except (jwt.PyJWTError, TypeError, ValueError, OverflowError):
        raise Problem(401, "token_invalid", "The token cannot be verified.") from None
    if claims["exp"] > (datetime.now(UTC) + LONGEST + _LEEWAY).timestamp():
        raise Problem(401, "token_invalid", "The token lives longer than one hour.")
    account, user = claims["account"], claims["sub"]
    if not (isinstance(account, str) and account and isinstance(user, str) and user):
        raise Problem(401, "token_invalid", "The token names no account or no user.")
    return Identity(account, user)


def issue(settings: Settings, account: str, user: str, lifetime: timedelta) -> str:
    """A token signed with the site's secret, for trying things. `lifetime` is an hour at most."""
    claims = {
        "sub": user,
        "account": account,
        "iss": settings.token_issuer,
        "aud": settings.token_audience,
        "exp": datetime.now(UTC) + lifetime,
    }
    return jwt.encode(claims, settings.secret("token_secret"), algorithm="HS256")


async def caller(request: Request) -> Identity | None:
    """The identity of a request; None for an anonymous visitor. A bad token is refused, never taken for none."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Problem(401, "token_invalid", "Authorization must be `Bearer <token>`.")
    settings: Settings = request.app.state.settings
    if (
        settings.token_jwks_url
    ):  # its keys may have to be fetched; a secret is at hand, and a thread costs a turn 0.7 ms
        return await run_in_threadpool(verify, token.strip(), settings)
    return verify(token.strip(), settings)


async def signed_in(request: Request) -> Identity:
    """The identity of a request that needs one."""
    identity = await caller(request)
    if identity is None:
        raise Problem(401, "token_missing", "This needs a signed-in customer: send `Authorization: Bearer <token>`.")
    return identity


def _claims(token: str, settings: Settings) -> dict[str, Any]:
    if settings.token_jwks_url:
        known = key_set(settings.token_jwks_url, settings.token_jwks_seconds)
        key, algorithms = known.key_of(token).key, ["RS256", "EdDSA"]
    else:
        return _by_secret(token, settings.secret("token_secret"), settings.token_issuer, settings.token_audience)
    return _decoded(token, key, algorithms, settings.token_issuer, settings.token_audience)


def _by_secret(token: str, secret: str, issuer: str, audience: str) -> dict[str, Any]:
    """Of a token seen before only its time is looked at: a signature that was good stays good (0.3 ms)."""
    claims = _good(token, secret, issuer, audience)
    if claims["exp"] <= (datetime.now(UTC) - _LEEWAY).timestamp():
        raise jwt.ExpiredSignatureError
    return claims


@lru_cache(_REMEMBERED)
def _good(token: str, secret: str, issuer: str, audience: str) -> dict[str, Any]:
    return _decoded(token, secret, ["HS256"], issuer, audience)


def _decoded(token: str, key: Any, algorithms: list[str], issuer: str, audience: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(
        token,
        key,
        algorithms=algorithms,
        issuer=issuer,
        audience=audience,
        leeway=_LEEWAY,
        options={"require": _CLAIMS},
    )
    return claims
