"""The widget's two scripts, as they were built and committed."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from billing.config import ROOT

DIST = ROOT / "widget" / "dist"
_BRIEFLY = "public, max-age=300"  # a new release reaches every page within five minutes
_FOR_GOOD = "public, max-age=31536000, immutable"  # asked for by what is in it
_HEADERS = {
    "Cache-Control": _BRIEFLY,
    "Vary": "Accept-Encoding",
    "Access-Control-Allow-Origin": "*",  # public; a page may load it with `integrity`
    "Cross-Origin-Resource-Policy": "cross-origin",
}

_SHORTEST = 16  # hexadecimal digits that a release is told by

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Script:
    """A script's bytes, plain and compressed, and the tag that names them."""

    plain: bytes
    compressed: bytes
    tag: str


@lru_cache(maxsize=2)
def script(name: str) -> Script:
    """Read once a process."""
    plain = (DIST / name).read_bytes()
    return Script(plain, gzip.compress(plain, 9, mtime=0), hashlib.sha256(plain).hexdigest()[:32])


@router.api_route("/widget.js", methods=["GET", "HEAD"])
async def widget(request: Request) -> Response:
    """The script that a page embeds; 304 where the caller has it already."""
    return _given(request, script("widget.js"), _HEADERS)


@router.api_route("/widget.cards.js", methods=["GET", "HEAD"])
async def cards(request: Request, v: str | None = None) -> Response:
    """What the script fetches to draw cards. `v` begins its SHA-256: of another release it is 404, never other code."""
    found = script("widget.cards.js")
    if v is None:
        return _given(request, found, _HEADERS)
    if len(v) < _SHORTEST or not found.tag.startswith(v):
        return Response(status_code=404, headers=_HEADERS | {"Cache-Control": "no-store"})
    return _given(request, found, _HEADERS | {"Cache-Control": _FOR_GOOD})


def _given(request: Request, found: Script, headers: dict[str, str]) -> Response:
    small = "gzip" in request.headers.get("accept-encoding", "")
    headers = headers | {"ETag": f'"{found.tag}{"-gzip" if small else ""}"'}
    if _matches(request.headers.get("if-none-match", ""), found.tag):
        return Response(status_code=304, headers=headers)
    if small:
        headers["Content-Encoding"] = "gzip"
    return Response(found.compressed if small else found.plain, media_type="text/javascript", headers=headers)


@router.get("/widget.js.LEGAL.txt")
async def notices() -> FileResponse:
    """The licence of what is bundled in it."""
    return FileResponse(DIST / "widget.js.LEGAL.txt", media_type="text/plain; charset=utf-8")


def _matches(asked: str, tag: str) -> bool:
    known = {each.strip().removeprefix("W/").strip('"').removesuffix("-gzip") for each in asked.split(",")}
    return tag in known
