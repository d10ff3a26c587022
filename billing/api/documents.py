"""Invoices, credit notes and receipts, and the papers of them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.api.door import Door
from billing.documents import service as documents
from billing.documents.paper import Paper
from billing.documents.schemas import Document, Language
from billing.invoices import credit_notes
from billing.invoices import service as invoices
from billing.invoices.schemas import CreditNote
from billing.plans import activation
from billing.schemas import Invoice
from billing.seller import seller


class DocumentsDoor(Door):
    """What was billed, corrected and paid. `account_id` None: an operator's look at any account's."""

    def invoice(self, account_id: str | None, number: str) -> Invoice:
        """One invoice of the account.

        Raises:
            InvoiceNotFound: none of that number is the account's.
        """
        with self._database.snapshot() as session:
            return invoices.schema(session, invoices.find(session, account_id, number), self._now())

    def all_invoices(self, limit: int = 100) -> list[Invoice]:
        """Everybody's, newest first, for operators."""
        with self._database.snapshot() as session:
            return invoices.everyone(session, self._now(), limit)

    def credit_notes(self, account_id: str) -> list[CreditNote]:
        """All credit notes of the account, newest first."""
        with self._database.snapshot() as session:
            return credit_notes.of_account(session, accounts.find(session, account_id))

    def credit_invoice(
        self,
        number: str,
        *,
        reason: str,
        key: str,
        amount: Decimal | None = None,
        line: int | None = None,
        actor: str = "operator:cli",
    ) -> CreditNote:
        """Take back an amount of an invoice (all that is left without one), of one line or from the first on.

        Raises:
            InvoiceNotFound, AmountInvalid, AmountNotPositive, AmountTooFine, CreditExceedsInvoice: nothing was written.
            CreditNoteKeyReused: the key was spent on other terms.
        """

        def work(session: Session) -> CreditNote:
            at = self._now()
            row = credit_notes.issue(
                session, number, reason=reason, key=key, at=at, actor=actor, amount=amount, line=line
            )
            activation.paid(session, invoices.find(session, None, number), at)
            return credit_notes.schema(session, row)

        return self._database.run(work)

    def invoice_pdf(self, account_id: str | None, number: str, language: Language | None = None) -> Document:
        """An invoice as a PDF, in the account's language where none is named.

        Raises:
            InvoiceNotFound: none of that number is the account's.
        """

        def write(session: Session, language: Language | None) -> Paper:
            row = invoices.find(session, account_id, number)
            return self._writer(session, row.account_id, language).invoice(row, self._now())

        return self._document(write, language)

    def credit_note_pdf(self, account_id: str | None, number: str, language: Language | None = None) -> Document:
        """A credit note as a PDF.

        Raises:
            CreditNoteNotFound: none of that number is the account's.
        """

        def write(session: Session, language: Language | None) -> Paper:
            row = credit_notes.find(session, account_id, number)
            return self._writer(session, row.account_id, language).credit_note(row)

        return self._document(write, language)

    def receipt_pdf(self, account_id: str | None, number: str, language: Language | None = None) -> Document:
        """The receipt of a top-up as a PDF.

        Raises:
            ReceiptNotFound: no completed top-up of that number is the account's.
        """

        def write(session: Session, language: Language | None) -> Paper:
            row = documents.top_up(session, account_id, number)
            return self._writer(session, row.account_id, language).receipt(row)

        return self._document(write, language)

    def seller_name(self, language: str) -> str:
        """Who issues the papers and takes the money, as that language writes it."""
        name = seller(self._settings.seller_file).name
        return name.get(language) or next(iter(name.values()))

    def _writer(self, session: Session, owner: str, language: Language | None) -> documents.Writer:
        return documents.Writer(
            session, language or _language_of(accounts.find(session, owner)), self._settings.seller_file
        )

    def _document(self, write: Callable[[Session, Language | None], Paper], language: Language | None) -> Document:
        from billing.documents import pdf  # takes a second that only who asks for a paper should wait

        with self._database.snapshot() as session:
            paper = write(session, language)
        return Document(name=f"{paper.name}.pdf", language=paper.language, content=pdf.render(paper))


def _language_of(account: AccountRow) -> Language:
    return account.language if account.language in ("ja", "ko") else "en"  # type: ignore[return-value]
