"""What would be, if: read an account once, then answer from the copy, with no transaction on the real database open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.errors import PeriodInvalid
from billing.ledger import service as ledger
from billing.money import Money
from billing.schemas import Period
from billing.what_if import courses
from billing.what_if.copying import Copy
from billing.what_if.courses import Entry
from billing.what_if.living import live
from billing.what_if.schemas import Change, Course, WhatIf
from billing.what_if.traffic import Traffic

LONGEST = 365
MOST_CHANGES = 10


@dataclass(frozen=True, slots=True)
class Question:
    """An account as it stands, and the use that is expected of it: what every course begins from."""

    account: str
    currency: str
    copy: Copy
    traffic: Traffic
    position: int

    @classmethod
    def of(cls, session: Session, account: AccountRow, at: datetime, days: int) -> Question:
        """Read the account, today and `days` - 1 days ahead.

        Raises:
            PeriodInvalid: not 1 to 365 days.
        """
        if not 0 < days <= LONGEST:
            raise PeriodInvalid(f"{days} days")
        traffic = Traffic.expected(session, account, at.astimezone(UTC), days)
        copy = Copy.of(session, account, traffic.day(0))
        return cls(account.id, account.currency, copy, traffic, ledger.position(session, account.id))

    def answer(self, changes: Sequence[Change]) -> WhatIf:
        """Both courses. Raises what making a change raises, and PeriodInvalid: a day outside, too many changes."""
        first, last = self.traffic.day(0), self.traffic.day(len(self.traffic.values) - 1)
        if len(changes) > MOST_CHANGES:
            raise PeriodInvalid(f"{len(changes)} changes")
        for change in changes:
            if change.on is not None and not first <= change.on <= last:
                raise PeriodInvalid(f"{change.on} is not from {first} to {last}")
        present, changed = self.course([])[0], self.course(changes)[0]
        return WhatIf(
            period=Period.model_validate({"from": first, "to": last}),
            changes=list(changes),
            basis=self.traffic.basis,
            daily_use=self._daily_use(),
            present=present,
            changed=changed,
            dearer_by=changed.cost.rounded() - present.cost.rounded(),
            as_of=self.traffic.now.astimezone(self.traffic.zone),
            position=self.position,
        )

    def course(self, changes: Sequence[Change]) -> tuple[Course, list[Entry]]:
        """What comes of it, and all that is posted on the way."""
        following = self.traffic.day(len(self.traffic.values))
        end = datetime.combine(following, time.min, self.traffic.zone).astimezone(UTC)
        with self.copy.forked() as session:
            live(session, self.traffic, changes, end)
            account = accounts.find(session, self.account)
            return courses.course(session, account, end - timedelta(microseconds=1)), courses.entries(session)

    def _daily_use(self) -> Money:
        values = self.traffic.values
        return Money(round(sum(values) / len(values)), self.currency).rounded()
