"""Signing in and out; and the files that need no session: style and script."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from gateway.console import cookies
from gateway.console.guard import Here, own_form
from gateway.console.rendering import render
from gateway.console.roles import may
from gateway.console.route import ConsoleRoute
from gateway.console.visit import HOME
from gateway.console.words import LANGUAGES, Words, language_of
from gateway.errors import Problem
from gateway.operators.schemas import Language
from gateway.operators.service import Operators, csrf_of

STATIC = Path(__file__).resolve().parents[1] / "static"
_FILES = {"console.css": "text/css", "console.js": "text/javascript", "icon.svg": "image/svg+xml"}

router = APIRouter(route_class=ConsoleRoute)


@router.get("/sign-in")
def sign_in_page(request: Request) -> Response:
    """The form, held against a cookie of its own: nobody is signed in by another site's form."""
    return _form(request, cookies.read(request, cookies.FORM) or secrets.token_urlsafe(32))


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """A new session after the right password; the same answer for whatever is wrong."""
    import asyncio

    form = {name: value for name, value in (await request.form(max_files=0)).items() if isinstance(value, str)}
    kept = cookies.read(request, cookies.FORM)
    own_form(request, form, csrf_of(kept) if kept else secrets.token_hex())
    name, address = form.get("name", "").strip()[:200], request.client.host if request.client else "?"
    operators = Operators(request.app.state.billing)
    former = cookies.read(request, cookies.SESSION)
    try:
        secret = await asyncio.to_thread(operators.sign_in, name, form.get("password", ""), address, former)
    except Problem as refused:
        return _form(request, kept or "", refused=refused, name=name)
    response = RedirectResponse(_own(form.get("next", "")), 303)
    cookies.write(request, response, cookies.SESSION, secret)
    cookies.clear(request, response, cookies.FORM)
    return response


@router.post("/sign-out")
@may("start")
def sign_out(visit: Here) -> Response:
    """End the session here and in the browser."""
    visit.operators.sign_out(cookies.read(visit.request, cookies.SESSION))
    response = visit.see("sign-in")
    cookies.clear(visit.request, response, cookies.SESSION)
    return response


@router.post("/language")
@may("start")
def set_language(visit: Here) -> Response:
    """The console in another language, from now on."""
    wanted = visit.given("language", 2)
    for language in LANGUAGES:
        if language == wanted:
            visit.operators.set_language(visit.operator, language)
    return RedirectResponse(_own(visit.given("back", 2000)), 303)


@router.get("/static/{name}")
def static(name: str) -> Response:
    """Style and script, which hold nothing of anybody."""
    if name not in _FILES:
        raise Problem(404, "not_found", "There is no such file.")
    return FileResponse(STATIC / name, media_type=_FILES[name], headers={"Cache-Control": "public, max-age=300"})


def _form(request: Request, kept: str, *, refused: Problem | None = None, name: str = "") -> Response:
    words = Words(_language(request))
    values: dict[str, Any] = {
        "t": words,
        "csrf": csrf_of(kept),
        "next": request.query_params.get("next", ""),
        "name": name,
        "error": words.refusal(refused) if refused else None,
        "languages": LANGUAGES,
    }
    headers = refused.headers if refused else None
    response = HTMLResponse(render("sign_in.html", values), refused.status if refused else 200, headers)
    cookies.write(request, response, cookies.FORM, kept)
    return response


def _language(request: Request) -> Language:
    asked = request.query_params.get("language")
    found = language_of(request.headers.get("accept-language"))
    return next((language for language in LANGUAGES if language == asked), found)


def _own(path: str) -> str:
    """A page of the console and nothing else: no other site, no other scheme."""
    return path if path.startswith(HOME) and "\\" not in path and not path.startswith(f"{HOME}/") else HOME
