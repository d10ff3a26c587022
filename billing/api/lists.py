"""What operators leaf through: pages by key, whose cost does not grow with what lies before them."""

from __future__ import annotations

from billing.accounts import service as accounts
from billing.api.door import Door
from billing.plans import waiting
from billing.plans.waiting import OfferEntry
from billing.requests import listing
from billing.requests.listing import RequestEntry
from billing.schemas import Account


class ListsDoor(Door):
    """Requests and accounts, a page at a time."""

    def requests_page(
        self,
        *,
        state: str | None = None,
        kind: str | None = None,
        account_id: str | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> list[RequestEntry]:
        """Everybody's requests, newest first; state `waiting`: those that nobody has answered yet."""
        with self._database.snapshot() as session:
            return listing.page(session, state=state, kind=kind, account_id=account_id, before=before, limit=limit)

    def request_entry(self, request_id: str) -> RequestEntry:
        """One request and whose it is.

        Raises:
            RequestNotFound: no request has that number.
        """
        with self._database.snapshot() as session:
            return listing.one(session, request_id)

    def waiting_requests(self) -> int:
        """How many requests nobody has answered yet."""
        with self._database.snapshot() as session:
            return listing.waiting(session)

    def accounts_page(self, *, search: str = "", after: str | None = None, limit: int = 50) -> list[Account]:
        """Accounts by id whose id or name holds what is searched for, in either case."""
        with self._database.snapshot() as session:
            return [accounts.schema(row) for row in accounts.search(session, search, after=after, limit=limit)]

    def offers_page(self, *, before: int | None = None, limit: int = 50) -> list[OfferEntry]:
        """Everybody's offers that wait for their customers, newest first; `before`: older than that number."""
        with self._database.snapshot() as session:
            return waiting.page(session, self._now(), before=before, limit=limit)

    def waiting_offers(self) -> int:
        """How many offers wait for their customers."""
        with self._database.snapshot() as session:
            return waiting.count(session, self._now())
