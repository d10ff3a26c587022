"""Tokens that prove nothing."""

from __future__ import annotations

import base64
import hmac
import time
from datetime import UTC, datetime, timedelta

import httpx
import jwt
import pytest

from tests.attacks.hands import a_token, as_, claims, part, refused
from tests.attacks.keys import a_key, public
from tests.attacks.table import attack

VERIFIED = "signature, algorithm and claims are verified on every call; a bad token is never taken for none"


@attack("a token signed with another secret, or whose signature or claims were changed", VERIFIED)
def test_a_forged_signature_is_refused(server) -> None:
    head, body, mark = a_token().split(".")
    other = part({"sub": "u1", "account": "sakura", "exp": 9_999_999_999})
    for token in (a_token("x" * 40), f"{head}.{body}.{mark[:-4]}AAAA", f"{head}.{other}.{mark}", f"{head}.{body}."):
        assert refused(as_(server.address, token), 401, "token_invalid")


@attack("a token that was good an hour ago", "`exp` is required and checked, 30 s of leeway")
def test_an_expired_token_is_refused(server) -> None:
    token = a_token(exp=datetime.now(UTC) - timedelta(hours=1))
    assert refused(as_(server.address, token), 401, "token_expired")


@attack("`alg: none` in four spellings, with and without a signature", "a closed list of algorithms")
def test_a_token_without_algorithm_is_refused(server) -> None:
    told = claims(exp=int(time.time()) + 300)
    for name in ("none", "None", "NONE", ""):
        for mark in ("", "x"):
            token = f"{part({'alg': name, 'typ': 'JWT'})}.{part(told)}.{mark}"
            assert refused(as_(server.address, token), 401, "token_invalid")


@attack("a token of the same site for another service, or of another issuer", "`aud` and `iss` are compared")
def test_a_token_for_another_service_is_refused(server) -> None:
    for wrong in ({"aud": "shop"}, {"iss": "shop"}, {"aud": ["shop"]}):
        assert refused(as_(server.address, a_token(**wrong)), 401, "token_invalid")


@attack("a token that is good for a day, or for ever", "`exp` may be an hour ahead at most")
def test_a_token_that_lives_too_long_is_refused(server) -> None:
    for exp in (datetime.now(UTC) + timedelta(days=1), 10**30, 2**63):
        assert refused(as_(server.address, a_token(exp=exp)), 401, "token_invalid")


@attack("tokens that leave out a claim each", "all five claims are required")
def test_a_token_without_a_claim_is_refused(server) -> None:
    for missing in ("sub", "account", "exp", "iss", "aud"):
        assert refused(as_(server.address, a_token(**{missing: None})), 401, "token_invalid")


@attack("`account` as a list, an object, a number, or empty", "claims are texts or the token is refused")
def test_an_account_that_is_no_text_is_refused(server) -> None:
    for account in (["acme"], {"id": "acme"}, 5, "", True):
        assert refused(as_(server.address, a_token(account=account)), 401, "token_invalid")


@attack("a header that brings its own key (`jwk`, `jku`, `x5u`)", "keys come from settings alone")
def test_a_token_that_brings_its_own_key_is_refused(server, production, keys) -> None:
    mine = a_key()
    brought = {"jwk": public(mine, "site"), "jku": f"{keys.url}?mine", "x5u": f"{keys.url}?mine", "kid": "site"}
    token = jwt.encode(claims(), mine, algorithm="RS256", headers=brought)
    for address in (server.address, production.address):
        assert refused(as_(address, token), 401, "token_invalid")
    assert not any("mine" in path for path in keys.fetched)


@attack("HS256 with the site's public key, or with a secret of settings that is not used", "the key's kind decides")
def test_a_public_key_is_no_shared_secret(production, keys, secrets) -> None:
    head = part({"alg": "HS256", "typ": "JWT", "kid": "site"})
    signed = f"{head}.{part(claims(exp=int(time.time()) + 300))}"
    for secret in (keys.public_pem, keys.public_pem.strip(), secrets["TOKEN_SECRET"].encode()):
        mark = base64.urlsafe_b64encode(hmac.digest(secret, signed.encode(), "sha256")).decode().rstrip("=")
        assert refused(as_(production.address, f"{signed}.{mark}"), 401, "token_invalid")
    assert as_(production.address, keys.token()).status_code == 200


@attack("key ids that are paths, addresses, SQL or no text", "a key id is only compared")
def test_a_key_id_is_never_a_place(production, keys) -> None:
    before = len(keys.fetched)
    for kid in ("../../etc/passwd", "/dev/null", "http://169.254.169.254/", "' OR 1=1 --", "site\x00", ["site"], {}, 7):
        token = f"{part({'alg': 'RS256', 'kid': kid})}.{part(claims(exp=int(time.time()) + 300))}.{part(b'x' * 256)}"
        assert refused(as_(production.address, token), 401, "token_invalid")
    assert all(path == "/keys" for path in keys.fetched[before:])


@attack("a stream of tokens with key ids made up, so that the server asks the site for keys each time",
        "keys are fetched for an unknown id at most every ten seconds")  # fmt: skip
def test_unknown_key_ids_do_not_flood_the_site(production, keys) -> None:
    before, begun = len(keys.fetched), time.monotonic()
    with httpx.Client(base_url=production.address) as http:
        for number in range(25):
            token = jwt.encode(claims(), keys.keys["site"], algorithm="RS256", headers={"kid": f"made-up-{number}"})
            answer = http.get("/v1/account", headers={"Authorization": f"Bearer {token}"})
            assert refused(answer, 401, "token_invalid")
    allowed = 2 + (time.monotonic() - begun) / 2  # this server keeps keys for two seconds
    assert len(keys.fetched) - before <= allowed


@attack(
    "a token of a key that was stolen and withdrawn from the key set", "keys are kept for five minutes, not for good"
)
def test_a_withdrawn_key_ends(production, keys) -> None:
    keys.keys["old"] = a_key()
    time.sleep(2.1)
    token = keys.token("old")
    assert as_(production.address, token).status_code == 200
    keys.keys.pop("old")
    time.sleep(2.1)
    assert refused(as_(production.address, token), 401, "token_invalid")


@attack("a token of 60 kB, of a million dots, and of bytes that are no text", "the head of a request is bounded")
@pytest.mark.parametrize("token", ["a" * 60_000, "." * 60_000, part(b"{" * 40_000) + ".e30.x", "\xff\xfe"])
def test_a_huge_token_costs_nothing(server, token: str) -> None:
    begun = time.monotonic()
    answer = httpx.get(f"{server.address}/v1/account", headers={"Authorization": f"Bearer {token}".encode("latin-1")})
    assert answer.status_code in {401, 431}
    assert time.monotonic() - begun < 3


@attack("the token in the address, in a cookie, as Basic, or twice", "only one `Authorization: Bearer` counts")
def test_a_token_elsewhere_is_none(server) -> None:
    token, place = a_token(), f"{server.address}/v1/account"
    assert refused(httpx.get(place, params={"access_token": token, "token": token}), 401, "token_missing")
    assert refused(httpx.get(place, headers={"Cookie": f"token={token}"}), 401, "token_missing")
    assert refused(httpx.get(place, headers={"Authorization": f"Basic {token}"}), 401, "token_invalid")
    twice = [("Authorization", "Bearer x"), ("Authorization", f"Bearer {token}")]
    assert refused(httpx.get(place, headers=twice), 401, "token_invalid")
