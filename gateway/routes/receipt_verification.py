"""What anybody verifies a receipt by: the issuer's public keys, and a page that does it without any network."""

from __future__ import annotations

import html
import json
import re
from functools import lru_cache

from fastapi import APIRouter, Request, Response

from billing.config import ROOT

PAGE = ROOT / "widget" / "dist" / "receipt.html"
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">')
_KEYS = '<script type="application/json" id="keys">{"keys":[]}</script>'
_EVERYWHERE = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}

router = APIRouter(include_in_schema=False)


@router.get("/.well-known/receipt-keys.json")
def keys(request: Request) -> Response:
    """The keys as a JWK set (RFC 7517, RFC 8037), the one that signs now first."""
    headers = {"Cache-Control": "public, max-age=3600", **_EVERYWHERE}
    return Response(_jwks(request), media_type="application/jwk-set+json", headers=headers)


@router.get("/receipts/verify")
def page(request: Request) -> Response:
    """The page with the issuer's keys in it. Saved, it works for good, without a network and without us."""
    text, policy = _page()
    marked = _KEYS.replace('{"keys":[]}', _jwks(request))
    headers = {
        "Content-Security-Policy": f"{policy}; frame-ancestors 'none'",
        "Cache-Control": "no-cache",
        "Content-Disposition": 'inline; filename="receipt.html"',
    }
    return Response(text.replace(_KEYS, marked), media_type="text/html; charset=utf-8", headers=headers)


def _jwks(request: Request) -> str:
    """Base64url and fixed words alone: nothing in it ends a script element."""
    return json.dumps(request.app.state.billing.receipt_keys.jwks)


@lru_cache(maxsize=1)
def _page() -> tuple[str, str]:
    """The built page, which has no keys yet, and the policy that it sets itself."""
    text = PAGE.read_text(encoding="utf-8")
    found = _POLICY.search(text)
    assert found is not None, "widget/build.mjs writes no policy into the page"
    assert _KEYS in text, "widget/build.mjs writes no place for the keys into the page"
    return text, html.unescape(found[1])
