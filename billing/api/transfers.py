"""Bank transfers: statements, their lines, and what operators decide of them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable

from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.api.door import Door
from billing.audit import service as audit
from billing.invoices import service as invoices
from billing.invoices.models import InvoiceRow
from billing.recharge import service as recharges
from billing.recharge.models import TopUp
from billing.schemas import Receipt
from billing.transfers import lists, reading, statement
from billing.transfers import service as transfers
from billing.transfers.schemas import BankLineDetail, LineState, PendingTransfer, RefusedLine, StatementImport


class TransfersDoor(Door):
    """Money that comes by bank transfer."""

    def import_statement(
        self,
        content: bytes,
        *,
        bank_account: str | None = None,
        currency: str | None = None,
        actor: str = "operator:cli",
    ) -> StatementImport:
        """Take in a bank statement, CSV or camt.053: each line is kept once and credited where it says what for.

        Each line is a transaction of its own: what was killed in the middle is done by importing the file again.
        `bank_account` and `currency` are those of a statement that does not say.

        Raises:
            StatementUnreadable, StatementFormatChanged, BankAccountUnclear: nothing was kept.
        """
        read = reading.read(content, currency=currency)
        with self._database.snapshot() as session:
            default = bank_account or transfers.bank_account_of(session, read)
            found = [
                (key, entry, (bank_account or entry.bank_account or default)[:64])
                for key, entry in statement.keyed(read.entries)
            ]
            ours = sorted({account for _, _, account in found}) or [default]
            transfers.check_format(session, read, ours)
        done: Counter[str] = Counter()
        refused = list(read.refused)
        for key, entry, account in found:
            taken, differs = self._take(entry, key, account, read.format, actor)
            done[taken] += 1
            done["differing"] += differs
            if taken == "reference_reused":
                refused.append(RefusedLine(line=entry.line, reason=taken))
        told = StatementImport(
            format=read.format,
            bank_account=", ".join(ours),
            credited=done["credited"],
            matched=done["matched"],
            differing=done["differing"],
            unmatched=done["unmatched"],
            reversals=done["reversal"],
            repeated=done["repeated"],
            debits=done["debit"],
            refused=tuple(sorted(refused, key=lambda each: each.line)),
        )
        self._note_import(told, content, actor)
        return told

    def _take(self, entry: statement.Entry, key: str, bank_account: str, form: str, actor: str) -> tuple[str, bool]:
        def work(session: Session) -> tuple[str, bool]:
            taken, line = transfers.take(
                session, entry, key=key, bank_account=bank_account, form=form, at=self._now(), actor=actor
            )
            return taken, line is not None and lists.detail(session, line).difference is not None

        return self._database.run(work)

    def _note_import(self, told: StatementImport, content: bytes, actor: str) -> None:
        counts = told.model_dump(mode="json", exclude={"refused"}) | {"refused": len(told.refused)}
        with self._database.transaction() as session:
            audit.record(
                session,
                actor=actor,
                action="statement.import",
                subject=told.bank_account[:200],
                at=self._now(),
                after=counts | {"sha256": hashlib.sha256(content).hexdigest()},
            )

    def bank_lines(
        self,
        *,
        state: LineState | None = None,
        account_id: str | None = None,
        differing: bool = False,
        before: int | None = None,
        limit: int = 100,
    ) -> list[BankLineDetail]:
        """Lines of bank statements, newest first; `before`: those whose number is below it.

        `differing`: only those that came with another amount than was asked for, or than an operator had confirmed.
        """
        with self._database.snapshot() as session:
            return lists.lines(
                session, state=state, account_id=account_id, differing=differing, before=before, limit=limit
            )

    def bank_line(self, line_id: str) -> BankLineDetail:
        """One line.

        Raises:
            BankLineNotFound.
        """
        with self._database.transaction() as session:
            return lists.detail(session, transfers.find(session, line_id))

    def assign_to_transfer(self, line_id: str, transfer_id: str, *, actor: str = "operator:cli") -> BankLineDetail:
        """Credit a line as the money of a transfer (its id or reference); repeated, it changes nothing.

        Raises:
            BankLineNotFound, BankLineNotIncoming, TransferNotFound, CurrencyMismatch, BankLineSettled.
        """
        return self._assign(line_id, lambda session: recharges.transfer(session, transfer_id), actor)

    def assign_to_invoice(self, line_id: str, number: str, *, actor: str = "operator:cli") -> BankLineDetail:
        """Pay an invoice with a line; what is more than is open becomes top-up credit.

        Raises:
            BankLineNotFound, BankLineNotIncoming, InvoiceNotFound, CurrencyMismatch, BankLineSettled.
        """
        return self._assign(line_id, lambda session: invoices.find(session, None, number), actor)

    def assign_to_account(self, line_id: str, account_id: str, *, actor: str = "operator:cli") -> BankLineDetail:
        """Credit a line to an account as a top-up of its own.

        Raises:
            BankLineNotFound, BankLineNotIncoming, AccountNotFound, CurrencyMismatch, BankLineSettled.
        """
        return self._assign(line_id, lambda session: accounts.find(session, account_id), actor)

    def _assign(
        self, line_id: str, target: Callable[[Session], TopUp | InvoiceRow | AccountRow], actor: str
    ) -> BankLineDetail:
        with self._database.transaction() as session:
            transfers.find(session, line_id)  # the line is held before any account, as an import does
            line = transfers.assign(session, line_id, target(session), self._now(), actor)
            return lists.detail(session, line)

    def set_line_aside(self, line_id: str, reason: str, *, actor: str = "operator:cli") -> BankLineDetail:
        """Say why a line is not to be credited. It may still be assigned later.

        Raises:
            BankLineNotFound, NoteInvalid, BankLineSettled.
        """
        with self._database.transaction() as session:
            return lists.detail(session, transfers.set_aside(session, line_id, reason, self._now(), actor))

    def confirm_transfer(self, transfer_id: str, *, actor: str = "operator:cli") -> Receipt:
        """The money of a transfer came: credit it, once. Its line of a bank statement, when it comes, posts nothing.

        Raises:
            TransferNotFound: no transfer has that id.
        """
        with self._database.transaction() as session:
            before = recharges.transfer_status(session, transfer_id)
            receipt = recharges.confirm_transfer(session, transfer_id, self._now())
            audit.record(
                session,
                actor=actor,
                action="transfer.confirm",
                subject=receipt.id,
                at=self._now(),
                before={"status": before},
                after={"status": receipt.status, "amount": receipt.amount.plain()},
            )
            return receipt

    def cancel_transfer(self, transfer_id: str, *, actor: str = "operator:cli") -> Receipt:
        """Wait no longer for a transfer. Money that comes with its reference nevertheless is credited.

        Raises:
            TransferNotFound: no transfer has that id.
            TransferSettled: its money came.
        """
        with self._database.transaction() as session:
            before = recharges.transfer_status(session, transfer_id)
            row = recharges.cancel_transfer(session, transfer_id)
            if before != row.status:
                audit.record(
                    session,
                    actor=actor,
                    action="transfer.cancel",
                    subject=row.number,
                    at=self._now(),
                    before={"status": before},
                    after={"status": row.status},
                )
            return recharges.receipt(row, accounts.find(session, row.account_id))

    def pending_transfers(self) -> list[Receipt]:
        """Transfers that are waited for, oldest first."""
        with self._database.snapshot() as session:
            found = recharges.pending(session)
            return [recharges.receipt(row, accounts.find(session, row.account_id)) for row in found]

    def waiting_transfers(self) -> list[PendingTransfer]:
        """Transfers that nobody has paid yet, with account and age, oldest first."""
        with self._database.snapshot() as session:
            return lists.pending(session, self._now())
