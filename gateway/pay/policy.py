"""The headers of the payment pages: nothing but our files and the provider's script, no trace and no copy."""

from __future__ import annotations

from urllib.parse import urlsplit

STRIPE = "https://js.stripe.com"
_SOURCES = {
    "script-src": ("https://*.js.stripe.com",),
    "frame-src": ("https://*.js.stripe.com", "https://hooks.stripe.com"),
    "connect-src": ("https://api.stripe.com",),
    "img-src": ("https://*.stripe.com",),
}
"""What Stripe's own script needs beside its origin. https://docs.stripe.com/security/guide#content-security-policy"""


def headers(js_url: str | None) -> dict[str, str]:
    """For a page that takes a card by the script at that address; None: for one that takes none."""
    return {
        "Content-Security-Policy": policy(js_url),
        "Permissions-Policy": f'payment=(self "{_origin(js_url)}")' if js_url else "payment=()",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
    }


def policy(js_url: str | None) -> str:
    """The page's Content-Security-Policy."""
    sources = dict.fromkeys(("script-src", "style-src", "img-src", "connect-src"), ("'self'",))
    if js_url:
        origin = _origin(js_url)
        for name, more in _SOURCES.items():
            sources[name] = (*sources.get(name, ()), origin, *(more if origin == STRIPE else ()))
    named = "; ".join(f"{name} {' '.join(allowed)}" for name, allowed in sources.items())
    return f"default-src 'none'; {named}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
