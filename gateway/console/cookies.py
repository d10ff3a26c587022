"""The console's two cookies: the session, and what the form of the sign-in page is held against."""

from __future__ import annotations

from fastapi import Request, Response

SESSION, FORM = "console", "console-form"


def is_secure(request: Request) -> bool:
    """Whether the browser came by https. In production it always must."""
    return request.app.state.settings.mode == "production" or request.url.scheme == "https"


def read(request: Request, name: str) -> str | None:
    """The cookie's value."""
    return request.cookies.get(_named(request, name))


def write(request: Request, response: Response, name: str, value: str) -> None:
    """Until the browser ends; only for this host, never to a script, never with another site's request."""
    response.set_cookie(
        _named(request, name), value, path="/", secure=is_secure(request), httponly=True, samesite="strict"
    )


def clear(request: Request, response: Response, name: str) -> None:
    """Take it back."""
    response.delete_cookie(_named(request, name), path="/", secure=is_secure(request), httponly=True, samesite="strict")


def _named(request: Request, name: str) -> str:
    return f"__Host-{name}" if is_secure(request) else name
