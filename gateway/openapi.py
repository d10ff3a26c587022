"""The description of the calls: every refusal is a problem, as `gateway.errors` answers it."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from gateway.errors import MEDIA_TYPE

_REF = {"$ref": "#/components/schemas/Problem"}
_PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457. `code` is stable: programs go by it.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "With `request_invalid`: where the request is not of the form asked for.",
            "items": {
                "type": "object",
                "required": ["at", "reason"],
                "properties": {"at": {"type": "string"}, "reason": {"type": "string"}},
            },
        },
    },
}
_RANGES = {"4XX": "Refused: `code` says why.", "5XX": "It failed on this side: `code` says what may be tried again."}
_NEVER_DECLARED = ("HTTPValidationError", "ValidationError")
"""FastAPI's own form of a refusal, which none of the calls answers with."""


def install(app: FastAPI) -> None:
    """Describe the app's refusals as they are, not as FastAPI's own would be."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _with_problems(plain())
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def _with_problems(schema: dict[str, Any]) -> dict[str, Any]:
    kinds = schema["components"]["schemas"]
    for name in _NEVER_DECLARED:
        kinds.pop(name, None)
    kinds["Problem"] = _PROBLEM
    for path in schema["paths"].values():
        for operation in path.values():
            _declare(operation["responses"])
    return schema


def _declare(responses: dict[str, Any]) -> None:
    responses.pop("422", None)
    content = {MEDIA_TYPE: {"schema": _REF}}
    for status, description in _RANGES.items():
        responses.setdefault(status, {"description": description})
    for status, response in responses.items():
        if status[0] in "45":
            response.setdefault("content", content)
