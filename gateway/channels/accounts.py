"""Links as the signed-in web session sees them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from billing.api import Billing
from gateway.auth import Identity
from gateway.channels import links, store
from gateway.channels.fitting import fit
from gateway.channels.models import ChannelLink, ChannelLinkOffer
from gateway.channels.saying import own
from gateway.channels.service import Channels
from gateway.channels.store import Queueing


class AccountLinks:
    """Every method is one transaction and blocks: call it off the event loop."""

    def __init__(self, billing: Billing, channels: Channels) -> None:
        self._billing, self._channels = billing, channels

    def preview(self, token: str) -> ChannelLinkOffer:
        """The offer of a token.

        Raises:
            Problem: 404 `link_not_found`.
        """
        with self._billing.database.transaction() as session:
            return links.offered(session, self._channels.link_signer, token, self._billing.now())

    def link(self, token: str, identity: Identity) -> ChannelLink:
        """Spend the token; the user is told in the channel.

        Raises:
            AccountNotFound: the caller's account is not here.
            Problem: 404 `link_not_found`, 409 `link_taken`.
        """
        self._billing.account(identity.account)
        at = self._billing.now()

        def take(session: Session) -> ChannelLink:
            offer = links.offered(session, self._channels.link_signer, token, at)
            link = links.take(session, offer, identity, at)
            store.queue(session, offer.channel, offer.stream, [self._welcome(offer, link)], at)
            return link

        return self._billing.database.run(take)

    def of(self, identity: Identity) -> list[ChannelLink]:
        """The caller's links."""
        with self._billing.database.snapshot() as session:
            return links.of_account(session, identity)

    def unlink(self, link_id: str, identity: Identity) -> None:
        """End a link of the caller.

        Raises:
            Problem: 404 `link_not_found`, also of a link of somebody else.
        """
        with self._billing.database.transaction() as session:
            link = session.get(ChannelLink, link_id)
            if link is None or (link.account, link.account_user) != (identity.account, identity.user):
                raise links.not_found()
            links.end(session, link)

    def _welcome(self, offer: ChannelLinkOffer, link: ChannelLink) -> Queueing:
        line = self._channels.lines.get(offer.channel)
        if line is None:
            return Queueing("")
        shown = fit(own("linked", offer.language), line.channel.abilities)
        return Queueing(f"linked:{offer.token_hash}", line.channel.render(shown, offer.place), link.id)
