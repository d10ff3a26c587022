from __future__ import annotations

from gateway.pay.policy import headers, policy


def _directives(text: str) -> dict[str, list[str]]:
    return {name: sources for name, *sources in (part.split() for part in text.split("; "))}


def test_stripe_gets_what_its_script_needs_and_nobody_else_anything():
    found = _directives(policy("https://js.stripe.com/v3/"))

    assert found["default-src"] == ["'none'"]
    assert found["script-src"] == ["'self'", "https://js.stripe.com", "https://*.js.stripe.com"]
    assert found["frame-src"] == ["https://js.stripe.com", "https://*.js.stripe.com", "https://hooks.stripe.com"]
    assert found["connect-src"] == ["'self'", "https://js.stripe.com", "https://api.stripe.com"]
    assert found["style-src"] == ["'self'"]
    assert found["frame-ancestors"] == found["form-action"] == found["base-uri"] == ["'none'"]


def test_another_script_gets_its_own_origin_only():
    assert _directives(policy("http://127.0.0.1:8420/js.stripe.com/v3/"))["script-src"] == [
        "'self'",
        "http://127.0.0.1:8420",
    ]


def test_a_page_that_takes_nothing_lets_nobody_in():
    found = headers(None)

    assert "stripe" not in str(found)
    assert "frame-src" not in found["Content-Security-Policy"]
    assert found["Cache-Control"] == "no-store"
