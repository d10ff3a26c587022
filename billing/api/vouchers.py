"""Vouchers: codes, credit, expiry."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.api.door import Door
from billing.audit import service as audit
from billing.money import Money
from billing.vouchers import codes, expiry
from billing.vouchers import service as vouchers
from billing.vouchers.models import Voucher
from billing.vouchers.schemas import NewVoucherCode, VoucherCodeDetail, VoucherDetail, VoucherTerms

OPERATOR = "operator:cli"


class VouchersDoor(Door):
    """Voucher credit and its codes. A day of an account is in its zone."""

    def vouchers(self, account_id: str) -> list[VoucherDetail]:
        """All vouchers that the account was given, newest first."""
        with self._database.snapshot() as session:
            return vouchers.of_account(session, accounts.find(session, account_id), self._now())

    def voucher_terms(self, account_id: str, code: str) -> VoucherTerms:
        """What redeeming the code would give, to be confirmed.

        Raises what `redeem_voucher` would; a wrong code is counted as one there.
        """
        found = self._database.run(lambda session: codes.attempt_terms(session, account_id, code, self._now()))
        if isinstance(found, Exception):
            raise found
        return found

    def redeem_voucher(self, account_id: str, code: str, *, key: str, actor: str | None = None) -> VoucherDetail:
        """Credit the account with what the code gives, once per key; a repeat gets the same voucher.

        Raises:
            VoucherUnknown, VoucherExpired, VoucherUsedUp, VoucherRevoked: the code is not good; the try is counted.
            VoucherTriesExceeded: too many of those in the last hour.
            VoucherAlreadyRedeemed, VoucherCurrencyMismatch, VoucherTopUpNeeded, VoucherKeyReused: not for this account.
        """
        now, who = self._now(), actor or f"customer:{account_id}"

        def work(session: Session) -> VoucherDetail | Exception:
            outcome = codes.attempt(session, account_id, code, key=key, at=now, actor=who)
            return outcome if isinstance(outcome, Exception) else _detail(session, outcome, now)

        outcome = self._database.run(work)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def voucher_of(self, account_id: str, key: str) -> VoucherDetail | None:
        """The voucher that this key was spent on by the account; None when there is none."""
        with self._database.snapshot() as session:
            found = codes.of_key(session, accounts.find(session, account_id).id, key)
            return _detail(session, found, self._now()) if found else None

    def create_voucher_code(
        self,
        amount: Money,
        *,
        code: str | None = None,
        uses: int = 1,
        expires_at: datetime | None = None,
        valid_days: int | None = None,
        services: list[str] | None = None,
        minimum_top_up: Money | None = None,
        label: str = "",
        actor: str = OPERATOR,
    ) -> NewVoucherCode:
        """Make a code; without one given, a code that nobody can guess. It is told once.

        Raises:
            AmountNotPositive, AmountTooFine, CurrencyMismatch, ServiceNotFound, VoucherCodeExists: nothing was written.
        """
        now = self._now()

        def work(session: Session) -> NewVoucherCode:
            made = code or codes.new_code()
            codes.check_new(session, made)
            row = codes.add_code(
                session,
                made,
                amount,
                uses=uses,
                expires_at=expires_at,
                services=services,
                valid_days=valid_days,
                minimum_top_up=minimum_top_up,
                label=label,
                at=now,
            )
            detail = codes.detail(row)
            after = detail.model_dump(mode="json", exclude={"created_at", "revoked_at"})
            audit.record(session, actor=actor, action="voucher_code.create", subject=detail.id, at=now, after=after)
            return NewVoucherCode(code=made.strip().upper(), detail=detail)

        return self._database.run(work)

    def voucher_codes(self) -> list[VoucherCodeDetail]:
        """All codes, newest first, for operators."""
        with self._database.snapshot() as session:
            return codes.everyone(session)

    def revoke_voucher_code(self, number: str, *, actor: str = OPERATOR) -> VoucherCodeDetail:
        """Let a code be redeemed no more; what it gave stays.

        Raises:
            VoucherNotFound.
        """
        with self._database.transaction() as session:
            return codes.detail(codes.revoke(session, number, at=self._now(), actor=actor))

    def give_voucher(
        self,
        account_id: str,
        amount: Money,
        *,
        key: str,
        expires_at: datetime | None = None,
        services: list[str] | None = None,
        actor: str = OPERATOR,
    ) -> VoucherDetail:
        """Give an account voucher credit without a code, once per account and key.

        Raises:
            AccountNotFound, AmountNotPositive, CurrencyMismatch, ServiceNotFound: nothing was written.
            VoucherKeyReused: the key was spent on other credit.
        """
        now = self._now()

        def work(session: Session) -> VoucherDetail:
            row = vouchers.give(
                session, account_id, amount, at=now, key=key, actor=actor, expires_at=expires_at, services=services
            )
            return _detail(session, row, now)

        return self._database.run(work)

    def revoke_voucher(self, number: str, *, actor: str = OPERATOR) -> VoucherDetail:
        """Take back what is left of a voucher.

        Raises:
            VoucherNotFound.
        """
        now = self._now()
        with self._database.transaction() as session:
            return _detail(session, vouchers.revoke(session, number, at=now, actor=actor), now)

    def expire_vouchers(self, at: datetime | None = None) -> int:
        """Post out what is left of vouchers that expired 34 days ago or before (see `expiry`); how many.

        Balances are right without it. It may run late, twice and at once; each voucher is a transaction.
        """
        with self._database.snapshot() as session:
            ids = expiry.due(session, at or self._now())
        return sum(self._expire_voucher(one) for one in ids)

    def _expire_voucher(self, voucher_id: int) -> bool:
        return self._database.run(lambda session: expiry.expire(session, voucher_id))


def _detail(session: Session, voucher: Voucher, at: datetime) -> VoucherDetail:
    return vouchers.detail(session, voucher, accounts.find(session, voucher.account_id), at)
