"""How every page of the console answers: failures as pages, and headers that let nothing else in."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from billing.errors import BillingError
from gateway.console import cookies
from gateway.console.guard import PASSWORD, TOKEN, PasswordNeeded, SignInNeeded
from gateway.console.rendering import render
from gateway.console.visit import HOME
from gateway.console.words import Words, language_of
from gateway.errors import Problem, of_billing

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",  # with `no-referrer`, browsers send no Origin with a form
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
Answering = Callable[[Request], Coroutine[Any, Any, Response]]


class ConsoleRoute(APIRoute):
    """A page."""

    def get_route_handler(self) -> Answering:
        """The page, or what went wrong as one."""
        answering = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                response = await answering(request)
            except SignInNeeded:
                response = _to_sign_in(request)
            except PasswordNeeded as needed:
                response = _ask_password(needed)
            except (Problem, BillingError) as refused:
                response = _refusal(request, refused)
            except RequestValidationError:
                response = _refusal(request, Problem(404, "not_found", "There is no such page."))
            except HTTPException as error:
                response = _refusal(request, Problem(error.status_code, "form_invalid", str(error.detail)))
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return answer


def _to_sign_in(request: Request) -> Response:
    """Where a page was asked for, it comes afterwards; a form is lost with its session."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    after = f"?next={quote(wanted, safe='')}" if request.method == "GET" and wanted != HOME else ""
    response = RedirectResponse(f"{HOME}sign-in{after}", 303)
    cookies.clear(request, response, cookies.SESSION)
    return response


def _ask_password(needed: PasswordNeeded) -> Response:
    """The same form once more, with the password."""
    visit = needed.visit
    kept = {name: value for name, value in visit.form.items() if name not in {PASSWORD, TOKEN}}
    values = {"kept": kept, "error": visit.words.refusal(needed.refused) if needed.refused else None}
    return visit.page("password.html", needed.refused.status if needed.refused else 200, **values)


def _refusal(request: Request, refused: Problem | BillingError) -> Response:
    problem = of_billing(refused) if isinstance(refused, BillingError) else refused
    words = getattr(request.state, "words", None) or Words(language_of(request.headers.get("accept-language")))
    values = {"t": words, "said": words.refusal(refused), "status": problem.status}
    return HTMLResponse(render("refused.html", values), problem.status, problem.headers)
