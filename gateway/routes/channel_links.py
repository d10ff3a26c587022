"""The web session's side of linking: who is signed in takes a channel user's one-time link, and ends it."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from gateway.auth import Identity, signed_in
from gateway.channels.accounts import AccountLinks
from gateway.channels.models import ChannelLink

router = APIRouter(prefix="/v1/channel-links", tags=["channels"])

SignedIn = Annotated[Identity, Depends(signed_in)]


class LinkToken(BaseModel):
    """The token of the address that the channel showed."""

    model_config = ConfigDict(extra="forbid")

    token: str = Field(min_length=1, max_length=300)


class LinkPreview(BaseModel):
    """Who would speak for the account: to be confirmed by the customer before it is linked."""

    channel: str
    name: str
    expires_at: datetime


class LinkOut(BaseModel):
    """A channel user who speaks for the caller."""

    id: str
    channel: str
    name: str
    linked_at: datetime


def _links(request: Request) -> AccountLinks:
    return request.app.state.account_links  # type: ignore[no-any-return]


Links = Annotated[AccountLinks, Depends(_links)]


@router.post("/preview")
async def preview(body: LinkToken, links: Links, identity: SignedIn) -> LinkPreview:
    """Whom the token would link; it is not spent."""
    offer = await asyncio.to_thread(links.preview, body.token)
    return LinkPreview(channel=offer.channel, name=offer.name, expires_at=offer.expires_at)


@router.post("", status_code=201)
async def link(body: LinkToken, links: Links, identity: SignedIn, request: Request) -> LinkOut:
    """Let the channel user speak for the caller from now on. The token is spent."""
    made = await asyncio.to_thread(links.link, body.token, identity)
    request.app.state.channels.wake(made.channel)
    return _out(made)


@router.get("")
async def read_links(links: Links, identity: SignedIn) -> list[LinkOut]:
    """Who speaks for the caller, oldest first."""
    return [_out(each) for each in await asyncio.to_thread(links.of, identity)]


@router.delete("/{link_id}", status_code=204)
async def unlink(link_id: str, links: Links, identity: SignedIn) -> None:
    """End it: the channel user is a visitor again, and what was not sent yet is not sent."""
    await asyncio.to_thread(links.unlink, link_id, identity)


def _out(row: ChannelLink) -> LinkOut:
    return LinkOut(id=row.id, channel=row.channel, name=row.name, linked_at=row.linked_at)
