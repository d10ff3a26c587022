"""Handing requests to the helpdesk in which the team works."""

from __future__ import annotations

from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.api.door import Door
from billing.balances import service as balances
from billing.errors import RequestNotFound
from billing.helpdesk import tickets
from billing.helpdesk.tickets import AccountState, Line, Ticket
from billing.plans import details
from billing.requests import service as requests


class HelpdeskDoor(Door):
    """Tickets of the helpdesk that the settings name."""

    def ticket(self, account_id: str, request_id: str, *, key: str, conversation: list[Line]) -> Ticket | None:
        """What the helpdesk is to get of the account's request, with the account's state as of now.

        `key` names it there for good. None where the settings name no helpdesk.

        Raises:
            RequestNotFound: the account has no such request.
        """
        if self._settings.helpdesk is None:
            return None
        with self._database.snapshot() as session:
            account, now = accounts.find(session, account_id), self._now()
            request = next((each for each in requests.of_account(session, account_id) if each.id == request_id), None)
            if request is None:
                raise RequestNotFound(request_id)
            plan = details.detail(session, account, now)
            state = AccountState(
                id=account.id,
                name=account.name,
                support_tier=account.support_tier,
                plan=plan.plan if plan else None,
                plan_status=plan.status if plan else None,
                balance=balances.balance(session, account, now).available,
            )
        return Ticket(key=key, request=request, account=state, conversation=conversation)

    def hand_over(self, session: Session, ticket: Ticket) -> None:
        """Let the helpdesk get it, in the caller's transaction on `database`; the outbox delivers it."""
        tickets.add(session, ticket, self._now())
