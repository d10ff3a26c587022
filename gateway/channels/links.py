"""Which account a channel's user speaks for: offered in the channel once, taken by the signed-in web session.

The user of a link is always who the vendor's signed event named; nothing that a token, slot or text says changes it.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.signing import Signer
from gateway.auth import Identity
from gateway.channels import blind
from gateway.channels.models import ChannelConversation, ChannelLink, ChannelLinkOffer
from gateway.channels.schemas import Heard, Speaker
from gateway.errors import Problem

OFFER = timedelta(minutes=10)
"""How long an offered link can be taken."""


def of_speaker(session: Session, channel: str, speaker: Speaker) -> ChannelLink | None:
    """The link of a channel's user."""
    return session.scalar(sa.select(ChannelLink).where(*_of(session, ChannelLink, channel, speaker)))


def of_account(session: Session, identity: Identity) -> list[ChannelLink]:
    """The links that speak for that user of that account, oldest first."""
    query = sa.select(ChannelLink).where(
        ChannelLink.account == identity.account, ChannelLink.account_user == identity.user
    )
    return list(session.scalars(query.order_by(ChannelLink.linked_at, ChannelLink.id)))


def offer(
    session: Session, signer: Signer, channel: str, heard: Heard, stream: str, language: str, at: datetime
) -> str:
    """A new offer, in place of those that the user had; its id, which `token_of` makes the token of.

    Only the token's hash is kept: who reads the database cannot link.
    """
    speaker, expires_at = heard.speaker, (at + OFFER).replace(microsecond=0)
    end_offers(session, channel, speaker)
    offer_id = f"{secrets.token_urlsafe(24)}:{int(expires_at.timestamp())}"
    session.add(
        ChannelLinkOffer(
            token_hash=_hash(token_of(signer, offer_id)),
            channel=channel,
            workspace=speaker.workspace,
            user=speaker.user,
            user_index=blind.user_of(session, channel, speaker.workspace, speaker.user),
            name=speaker.name[:200],
            stream=stream,
            place=heard.place,
            language=language,
            expires_at=expires_at,
        )
    )
    return offer_id


def token_of(signer: Signer, offer_id: str) -> str:
    """The secret half of an offer, made when it is sent."""
    value, _, expiry = offer_id.rpartition(":")
    return signer.sign(value, datetime.fromtimestamp(int(expiry)).astimezone())


def offered(session: Session, signer: Signer, token: str, at: datetime) -> ChannelLinkOffer:
    """The offer of a token, locked.

    Raises:
        Problem: 404 `link_not_found`, alike for unknown, spent and expired.
    """
    if signer.open(token, at) is not None:
        row = session.scalar(
            sa.select(ChannelLinkOffer).where(ChannelLinkOffer.token_hash == _hash(token)).with_for_update()
        )
        if row is not None and row.spent_at is None and at < row.expires_at:
            return row
    raise not_found()


def take(session: Session, taken: ChannelLinkOffer, identity: Identity, at: datetime) -> ChannelLink:
    """Spend the offer: its user speaks for the identity from now on, in conversations that begin anew.

    Raises:
        Problem: 409 `link_taken`, the user speaks for somebody else; the offer is not spent.
    """
    speaker = Speaker(workspace=taken.workspace, user=taken.user)
    present = of_speaker(session, taken.channel, speaker)
    if present is not None and (present.account, present.account_user) != (identity.account, identity.user):
        raise Problem(409, "link_taken", "This channel user is linked to another account, and must unlink first.")
    taken.spent_at = at
    if present is not None:
        return present
    link = ChannelLink(
        id=secrets.token_urlsafe(16),
        channel=taken.channel,
        workspace=taken.workspace,
        user=taken.user,
        user_index=taken.user_index,
        name=taken.name,
        account=identity.account,
        account_user=identity.user,
        linked_at=at,
    )
    session.add(link)
    begin_anew(session, taken.channel, speaker)
    return link


def end(session: Session, link: ChannelLink) -> None:
    """The user is a visitor again, in conversations that begin anew; offers that are open end with it."""
    speaker = Speaker(workspace=link.workspace, user=link.user)
    end_offers(session, link.channel, speaker)
    session.delete(link)
    begin_anew(session, link.channel, speaker)


def begin_anew(session: Session, channel: str, speaker: Speaker) -> None:
    """Forget which conversations the user had: the next message opens another."""
    session.execute(sa.delete(ChannelConversation).where(*_of(session, ChannelConversation, channel, speaker)))


def end_offers(session: Session, channel: str, speaker: Speaker) -> int:
    """Forget the offers that the user has; how many."""
    those = sa.delete(ChannelLinkOffer).where(*_of(session, ChannelLinkOffer, channel, speaker))
    return int(session.execute(those).rowcount)  # type: ignore[attr-defined]


def not_found() -> Problem:
    """Whatever is wrong with a token or an id, it is told alike."""
    return Problem(404, "link_not_found", "There is no such link, or it has expired or was used.")


def _of(
    session: Session,
    table: type[ChannelLink | ChannelLinkOffer | ChannelConversation],
    channel: str,
    speaker: Speaker,
) -> tuple[sa.ColumnElement[bool], ...]:
    index = blind.user_of(session, channel, speaker.workspace, speaker.user)
    return (table.channel == channel, table.workspace == speaker.workspace, table.user_index == index)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
