"""Pages of other sites: which may call, what they may load."""

from __future__ import annotations

import gzip
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from billing.config import Settings
from billing.errors import SettingInvalid
from gateway.app import create_app

SHOP = "https://shop.example"
LOCAL = "http://localhost:3000"
ROOT = Path(__file__).resolve().parents[3]
DIST = ROOT / "widget" / "dist"


def preflight(app: FastAPI, path: str, origin: str):
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,idempotency-key,x-visitor-token",
    }
    return TestClient(app).options(path, headers=headers)


def an_app(tmp_path: Path, **settings) -> FastAPI:
    return create_app(Settings(database_url=f"sqlite:///{tmp_path / 'x.db'}", **settings))


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    yield an_app(tmp_path, widget_origins=f"{SHOP}, https://www.shop.example")


def test_a_named_origin_may_call_without_cookies(app) -> None:
    answer = preflight(app, "/v1/conversations", SHOP)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == SHOP
    assert "access-control-allow-credentials" not in answer.headers


def test_the_line_of_the_guide_lets_its_origins_in(tmp_path, monkeypatch) -> None:
    [snippet] = re.findall(
        r"```sh\n(WIDGET_ORIGINS=.*?)\n```", (ROOT / "docs" / "embed.md").read_text(encoding="utf-8")
    )
    name, _, origins = shlex.split(snippet)[0].partition("=")
    monkeypatch.setenv(name, origins)
    app = an_app(tmp_path)
    for origin in ("https://www.example.com", "https://shop.example.com"):
        assert preflight(app, "/v1/conversations", origin).headers["access-control-allow-origin"] == origin
    assert "access-control-allow-origin" not in preflight(app, "/v1/conversations", LOCAL).headers


def test_a_refusal_can_be_read_by_the_page_that_asked(app) -> None:
    answer = TestClient(app).get("/v1/conversations", headers={"Origin": SHOP})
    assert answer.status_code == 405
    assert answer.headers["access-control-allow-origin"] == SHOP
    assert "Retry-After" in answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "https://shop.example.evil.example", "http://shop.example", "null", LOCAL]
)
def test_another_origin_may_not(app, origin: str) -> None:
    assert "access-control-allow-origin" not in preflight(app, "/v1/conversations", origin).headers


@pytest.mark.parametrize("path", ["/demo/token", "/v1/operator/accounts", "/v1/usage-events", "/health/live"])
def test_what_the_widget_does_not_call_is_for_no_other_origin(app, path: str) -> None:
    assert "access-control-allow-origin" not in preflight(app, path, SHOP).headers


def test_the_demo_lets_the_own_machine_in_and_nobody_else(tmp_path) -> None:
    app = an_app(tmp_path)
    assert preflight(app, "/v1/conversations", LOCAL).headers["access-control-allow-origin"] == LOCAL
    for origin in (SHOP, "http://localhost.evil.example", "https://127.0.0.1.evil.example"):
        assert "access-control-allow-origin" not in preflight(app, "/v1/conversations", origin).headers


def test_in_production_nobody_is_let_in_unnamed(tmp_path) -> None:
    keys = {"data_keys": ("d" * 32,), "receipt_keys": ("r" * 32,)}
    secrets = {"token_secret": "t" * 32, "internal_secret": "i" * 32, **keys}
    app = an_app(tmp_path, mode="production", **secrets)
    assert "access-control-allow-origin" not in preflight(app, "/v1/conversations", LOCAL).headers


@pytest.mark.parametrize("origin", ["*", "https://shop.example/", "shop.example", "https://*.shop.example"])
def test_what_is_no_origin_is_refused_at_the_start(origin: str) -> None:
    with pytest.raises(SettingInvalid, match="WIDGET_ORIGINS"):
        Settings(widget_origins=origin)


def test_the_licence_of_what_is_bundled_comes_with_it(app) -> None:
    answer = TestClient(app).get("/widget.js.LEGAL.txt")
    assert "Redistribution and use in source and binary forms" in answer.text


@pytest.mark.parametrize(("accepted", "unpack"), [("gzip, br", gzip.decompress), ("identity", bytes)])
@pytest.mark.parametrize("name", ["widget.js", "widget.cards.js"])
def test_a_script_is_what_was_built_and_is_asked_for_once(app, name: str, accepted: str, unpack) -> None:
    client = TestClient(app)
    with client.stream("GET", f"/{name}", headers={"Accept-Encoding": accepted}) as answer:
        assert unpack(b"".join(answer.iter_raw())) == (DIST / name).read_bytes()
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"

    again = client.get(f"/{name}", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"/{name}", headers={"If-None-Match": '"another"'}).status_code == 200


def test_the_cards_are_those_that_the_script_was_built_with_and_are_kept_for_good(app) -> None:
    client = TestClient(app)
    [address] = re.findall(r"widget\.cards\.js\?v=\w+", (DIST / "widget.js").read_text(encoding="utf-8"))
    answer = client.get(f"/{address}")
    assert answer.content == (DIST / "widget.cards.js").read_bytes()
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["access-control-allow-origin"] == "*"  # a module is fetched by CORS, whatever the page


@pytest.mark.parametrize("version", ["", "0", "0" * 16, "../widget.js"])
def test_cards_of_another_release_are_refused_and_not_kept(app, version: str) -> None:
    answer = TestClient(app).get("/widget.cards.js", params={"v": version})
    assert (answer.status_code, answer.content) == (404, b"")
    assert answer.headers["cache-control"] == "no-store"
