"""What is kept of a person: told, and erased. Both are part of a transaction on tables beside billing's too."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.api.door import Door
from billing.outbox import service as outbox
from billing.privacy import service as privacy
from billing.privacy.service import Person


class PrivacyDoor(Door):
    """Personal data in billing's tables; the caller owns the transaction on `database`.

    `messages`: the ids of the person's messages, under which their requests stand; `whole_account`: of all its users.
    """

    def personal_data(
        self, session: Session, account_id: str, messages: Collection[str], *, whole_account: bool
    ) -> dict[str, Any]:
        """What is kept, as JSON can hold it.

        Raises:
            AccountNotFound: there is no such account.
        """
        accounts.find(session, account_id)
        return privacy.personal_data(session, Person(account_id, messages, whole_account))

    def erase_personal_data(
        self, session: Session, account_id: str, messages: Collection[str], *, whole_account: bool
    ) -> dict[str, int]:
        """Erase it, and count it by its kind. The ledger and what is derived from it stay.

        Raises:
            AccountNotFound: nothing was written.
        """
        accounts.lock(session, account_id)
        return privacy.erase(session, Person(account_id, messages, whole_account))

    def forget_delivered(self, before: datetime, *, limit: int) -> int:
        """Empty the payloads of events that were delivered before then, `limit` at most; how many."""
        return self._database.run(lambda session: outbox.forget(session, before, limit))
