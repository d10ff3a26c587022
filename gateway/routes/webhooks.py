"""The webhooks of the messaging channels. A channel that is not on is not there."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from gateway.channels.schemas import Incoming
from gateway.channels.service import Channels
from gateway.errors import Problem

router = APIRouter(prefix="/webhooks", tags=["channels"])


@router.post("/{channel}/{call}")
@router.get("/{channel}/{call}", include_in_schema=False)
async def receive(channel: str, call: str, request: Request) -> Response:
    """What a vendor tells: verified by its signature, kept, then answered through the vendor's API."""
    channels: Channels = request.app.state.channels
    line = channels.lines.get(channel)
    if line is None or request.method not in line.channel.calls.get(call, ()):
        raise Problem(404, "not_found", "There is no such channel here.")
    incoming = Incoming(request.method, call, request.url.query, request.headers, await request.body())
    received = await line.receive(incoming)
    return Response(received.body, media_type=received.media_type)
