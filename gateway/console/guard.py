"""The one gate of the console: a session, a role that may, and for forms that they are this session's own.

A page says what it needs (`roles.may`); one that says nothing is nobody's.
"""

from __future__ import annotations

import asyncio
import hmac
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from gateway.console import cookies
from gateway.console.roles import allowed, is_passive, moves_money, needed
from gateway.console.visit import Visit
from gateway.errors import Problem
from gateway.operators.service import Operators

PASSWORD, TOKEN = "password", "csrf"
_MOST_FIELDS = 60


class SignInNeeded(Exception):
    """Nobody is signed in, or no longer."""


class PasswordNeeded(Exception):
    """Money would move, and the password was not given lately; `refused`: it was wrong."""

    def __init__(self, visit: Visit, refused: Problem | None = None) -> None:
        super().__init__()
        self.visit, self.refused = visit, refused


async def visiting(request: Request) -> Visit:
    """Whoever may see this page.

    Raises:
        SignInNeeded: no session in force.
        Problem: 403 `not_allowed` for the role, `form_not_yours` for a form of another page, session or site.
        PasswordNeeded: it moves money, and the password was given too long ago.
    """
    endpoint = request.scope["endpoint"]
    operators = Operators(request.app.state.billing)
    secret = cookies.read(request, cookies.SESSION)
    who = await asyncio.to_thread(operators.signed_in, secret, active=not is_passive(endpoint))
    if who is None:
        raise SignInNeeded
    visit = Visit(request, who)
    request.state.words = visit.words
    if request.method != "GET":
        await _read(visit)
        own_form(request, visit.form, who.csrf)
    if not allowed(who.role, needed(endpoint)):
        raise Problem(403, "not_allowed", "The role of this operator may not do this.")
    if request.method != "GET" and moves_money(endpoint):
        await asyncio.to_thread(_confirm, visit)
    return visit


Here = Annotated[Visit, Depends(visiting)]


def own_form(request: Request, form: object, expected: str) -> None:
    """Nothing, for a form that a page of ours showed in this session.

    Raises:
        Problem: 403 `form_not_yours`.
    """
    token = str(form.get(TOKEN, "")) if hasattr(form, "get") else ""
    if not _same_origin(request) or not hmac.compare_digest(token.encode(), expected.encode()):
        raise Problem(403, "form_not_yours", "The form is not of this session: load the page again.")


def _same_origin(request: Request) -> bool:
    """By what the browser says of the request; one that says nothing has only the token."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


async def _read(visit: Visit) -> None:
    form = await visit.request.form(max_files=1, max_fields=_MOST_FIELDS)
    visit.form = {name: value for name, value in form.items() if isinstance(value, str)}
    visit.files = {name: value for name, value in form.items() if isinstance(value, UploadFile)}


def _confirm(visit: Visit) -> None:
    password = visit.form.get(PASSWORD, "")
    if password:
        try:
            visit.operators.confirm(visit.operator, password, visit.address)
        except Problem as refused:
            raise PasswordNeeded(visit, refused) from refused
    elif visit.stale:
        raise PasswordNeeded(visit)
