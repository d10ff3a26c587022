"""The widget's script, as it was built and committed."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from billing.config import ROOT

BUNDLE = ROOT / "widget" / "dist" / "widget.js"
_HEADERS = {
    "Cache-Control": "public, max-age=300",  # a new release reaches every page within five minutes
    "Vary": "Accept-Encoding",
    "Access-Control-Allow-Origin": "*",  # public; a page may load it with `integrity`
    "Cross-Origin-Resource-Policy": "cross-origin",
}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Script:
    """The script's bytes, plain and compressed, and the tag that names them."""

    plain: bytes
    compressed: bytes
    tag: str


@lru_cache(maxsize=1)
def script() -> Script:
    """Read once a process."""
    plain = BUNDLE.read_bytes()
    return Script(plain, gzip.compress(plain, 9, mtime=0), hashlib.sha256(plain).hexdigest()[:32])


@router.api_route("/widget.js", methods=["GET", "HEAD"])
async def widget(request: Request) -> Response:
    """The script; 304 where the caller has it already."""
    found = script()
    small = "gzip" in request.headers.get("accept-encoding", "")
    headers = _HEADERS | {"ETag": f'"{found.tag}{"-gzip" if small else ""}"'}
    if _matches(request.headers.get("if-none-match", ""), found.tag):
        return Response(status_code=304, headers=headers)
    if small:
        headers["Content-Encoding"] = "gzip"
    return Response(found.compressed if small else found.plain, media_type="text/javascript", headers=headers)


@router.get("/widget.js.LEGAL.txt")
async def notices() -> FileResponse:
    """The licence of what is bundled in it."""
    return FileResponse(BUNDLE.with_name("widget.js.LEGAL.txt"), media_type="text/plain; charset=utf-8")


def _matches(asked: str, tag: str) -> bool:
    known = {each.strip().removeprefix("W/").strip('"').removesuffix("-gzip") for each in asked.split(",")}
    return tag in known
