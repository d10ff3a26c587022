"""Every failure as `application/problem+json` (RFC 9457) with a stable `code`; nothing of the inside is told."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from assistant.errors import ConversationBusy, StaleChoice, TurnFailed
from billing import tracing
from billing.errors import (
    BillingError,
    CatalogueMissing,
    Conflict,
    NotFound,
    ProviderUnavailable,
    Refused,
    VoucherTriesExceeded,
)
from gateway.telemetry.metrics import REFUSALS

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A failure with its HTTP status, stable code and a sentence for developers."""

    def __init__(self, status: int, code: str, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.headers = status, code, detail, headers or {}

    def body(self, **more: Any) -> dict[str, Any]:
        """RFC 9457's members; `type` names the kind of problem, not a page. `trace_id` is found in the log."""
        trace = tracing.current()
        traced = {"trace_id": trace.trace_id} if trace else {}
        return {
            "type": f"urn:problem:{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            **traced,
            **more,
        }


def of_billing(error: BillingError) -> Problem:
    """The problem that a refusal of billing is."""
    wait = {"Retry-After": str(60 * error.values["minutes"])} if isinstance(error, VoucherTriesExceeded) else None
    return Problem(status_of(type(error)), error.code, _sentence(type(error)), wait)


def status_of(kind: type[BillingError]) -> int:
    """404 not there, 409 contradicts what is recorded, 422 not allowed, 429 too often, 503 the operator's to mend."""
    if issubclass(kind, NotFound):
        return 404
    if issubclass(kind, Conflict):
        return 409
    if issubclass(kind, VoucherTriesExceeded):
        return 429
    if issubclass(kind, Refused):
        return 422
    return 503 if issubclass(kind, (CatalogueMissing, ProviderUnavailable)) else 500


def status_of_code(code: str) -> int:
    """The same, of a refusal of which only the code is in hand."""
    return next((status_of(kind) for kind in _every(BillingError) if kind.code == code), 422)


def _every(parent: type[BillingError]) -> Iterator[type[BillingError]]:
    for kind in parent.__subclasses__():
        yield kind
        yield from _every(kind)


def of_turn(error: Exception) -> Problem:
    """The problem that a turn ended in."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, StaleChoice):
        return Problem(409, "stale_choice", "The button is not one of the newest reply.")
    if isinstance(error, BillingError):
        return of_billing(error)
    if isinstance(error, ConversationBusy):
        detail = "The messages before it are still being answered: send it again with the same Idempotency-Key."
        return Problem(503, "conversation_busy", detail, {"Retry-After": "5"})
    if not isinstance(error, TurnFailed):
        log.error("turn failed", error=error)
    return Problem(500, "turn_failed", "The message was not done. Send it again with the same Idempotency-Key.")


def install(app: FastAPI) -> None:
    """Answer every failure of the app as a problem; what nobody foresaw is `gateway.telemetry.middleware`'s."""

    @app.exception_handler(Problem)
    async def _problem(request: Request, error: Problem) -> JSONResponse:
        return response(error)

    @app.exception_handler(BillingError)
    async def _billing(request: Request, error: BillingError) -> JSONResponse:
        return response(of_billing(error))

    @app.exception_handler(RequestValidationError)
    async def _validation(request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [{"at": ".".join(map(str, e["loc"])), "reason": e["msg"]} for e in error.errors()]
        return response(Problem(422, "request_invalid", "The request does not have the form asked for."), errors=errors)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "http_error")
        return response(Problem(error.status_code, code, str(error.detail), dict(error.headers or {})))


def response(problem: Problem, **more: Any) -> JSONResponse:
    """The problem as a response."""
    headers = dict(problem.headers)
    if problem.status in {429, 503}:
        REFUSALS.labels(problem.status, problem.code).inc()
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(problem.body(**more), problem.status, headers, media_type=MEDIA_TYPE)


def _sentence(kind: type[BillingError]) -> str:
    return (kind.__doc__ or "").strip().splitlines()[0].rstrip(".") + "."
