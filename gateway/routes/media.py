"""Pictures for the messaging channels, by addresses that are signed, expire, and name no account."""

from __future__ import annotations

import asyncio
import json
from functools import lru_cache

from fastapi import APIRouter, Request, Response

from gateway.channels import charts
from gateway.channels.service import CHART_LIVES
from gateway.errors import Problem

router = APIRouter(prefix="/media", tags=["channels"])

_HEADERS = {
    "Cache-Control": f"private, max-age={int(CHART_LIVES.total_seconds())}",
    "Cross-Origin-Resource-Policy": "cross-origin",  # shown on the vendor's pages
}


@router.get("/charts/{token}.png", response_class=Response, responses={200: {"content": {"image/png": {}}}})
async def chart(token: str, request: Request) -> Response:
    """The chart of a message; 404 alike for a token that is not ours, has expired, or has nothing to show."""
    state = request.app.state
    message_id = state.channels.chart_signer.open(token, state.billing.now())
    message = await state.conversations.said(message_id) if message_id else None
    if message is None or not charts.are_installed() or charts.title_of_chart(message["card"], "en") is None:
        raise Problem(404, "not_found", "There is no such picture, or its address has expired.")
    card = json.dumps(message["card"])
    picture = await asyncio.to_thread(_drawn, card, message["language"])
    return Response(picture, media_type="image/png", headers=_HEADERS)


@lru_cache(maxsize=64)
def _drawn(card: str, language: str) -> bytes:
    """Each of a vendor's servers fetches the same picture."""
    return charts.draw(json.loads(card), language)
