"""What is kept of a person: told, and erased. Both are part of a transaction on tables beside billing's too."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.api.door import Door
from billing.audit import service as audit
from billing.outbox import service as outbox
from billing.privacy import rotation
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

    def rotate_keys(self, *, actor: str = "operator:cli", beside: Iterable[Any] = ()) -> int:
        """Encrypt anew by the first key, a batch a transaction; how many rows. Ended early, it is begun again.

        `beside`: tables beside billing's that hold what is encrypted.

        Raises:
            DataKeyWrong: something is kept by a key that is not among them; what was done before stays done.
        """
        total, now = 0, self._now()
        for table in (*rotation.TABLES, *beside):
            after: Any = None
            while True:
                after, count = self._database.run(partial(rotation.rotate, table=table, after=after))
                total += count
                if not count:
                    break
        with self._database.transaction() as session:
            audit.record(session, actor=actor, action="privacy.rotate", subject="keys", at=now, after={"rows": total})
        return total

    def forget_delivered(self, before: datetime, *, limit: int) -> int:
        """Empty the payloads of events that were delivered before then, `limit` at most; how many."""
        return self._database.run(lambda session: outbox.forget(session, before, limit))
