"""Invoices, credit notes and receipts as papers in a language, from what was recorded when they were issued.

Only what has happened since, payments and credit notes, is told as of the instant asked.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.catalogue import service as catalogues
from billing.documents.paper import Fact, Paper
from billing.documents.schemas import Language
from billing.documents.texts import Texts
from billing.errors import ReceiptNotFound
from billing.invoices import credit_notes
from billing.invoices import service as invoices
from billing.invoices.models import CreditNoteRow, InvoiceRow
from billing.money import Money
from billing.plans.models import Subscription
from billing.recharge.models import TopUp
from billing.schemas import InvoiceLine
from billing.seller import seller


class Writer:
    """Writes papers of one language and seller."""

    def __init__(self, session: Session, language: Language, seller_file: Path) -> None:
        self._session, self._texts, self._seller = session, Texts(language), seller(seller_file)

    def invoice(self, row: InvoiceRow, at: datetime) -> Paper:
        """An invoice, with what was paid and credited until now."""
        say, texts = self._texts.say, self._texts
        told = invoices.schema(self._session, row, at)
        account = accounts.find(self._session, row.account_id)
        today = texts.day(at.astimezone(accounts.zone(account)).date())
        totals = [(say("total"), texts.money(told.total))]
        if told.credited:
            label = say("credited", numbers=", ".join(told.credit_notes))
            totals.append((label, texts.money(-told.credited)))
        totals += [(say("paid"), texts.money(told.paid)), (say("due"), texts.money(told.due))]
        status = say("status", status=say(told.status, group="payment_status"), date=today)
        period = say("period_value", start=texts.day(told.period.from_), end=texts.day(told.period.to))
        notes = [status, say("currency_note", currency=row.currency)]
        if told.due and (how := texts.of(self._seller.payment)):
            notes.append(how)
        return self._paper(
            "invoice",
            row.number,
            row.created_at,
            row.customer,
            facts=[
                (say("number"), row.number),
                (say("issued_on"), texts.day(told.issued_on)),
                (say("due_on"), texts.day(told.due_on)),
                (say("period"), period),
                (say("plan"), say("plan_value", **self._plan(row))),
                (say("account"), row.account_id),
            ],
            rows=[self._row(line, row) for line in told.lines],
            totals=totals,
            notes=notes,
        )

    def credit_note(self, row: CreditNoteRow) -> Paper:
        """A correction of an invoice, and where its amount went."""
        say, texts = self._texts.say, self._texts
        told = credit_notes.schema(self._session, row)
        corrected = self._session.get_one(InvoiceRow, row.invoice_id)
        return self._paper(
            "credit_note",
            row.number,
            row.created_at,
            row.customer,
            facts=[
                (say("number"), row.number),
                (say("issued_on"), texts.day(told.issued_on)),
                (say("corrects"), f"{told.invoice} ({texts.day(corrected.issued_on)})"),
                (say("reason"), self._reason(told.reason)),
                (say("account"), row.account_id),
            ],
            rows=[self._row(line, corrected) for line in told.lines],
            totals=[
                (say("taken_off"), texts.money(told.total - told.refunded)),
                (say("refunded"), texts.money(told.refunded)),
                (say("total_credited"), texts.money(told.total)),
            ],
            notes=[say("credit_note_note", invoice=told.invoice), say("currency_note", currency=row.currency)],
        )

    def _reason(self, reason: str) -> str:
        """An operator's own words, or the text of a reason that has a name."""
        return self._texts.say(reason, group="reasons") if self._texts.has(reason, "reasons") else reason

    def receipt(self, row: TopUp) -> Paper:
        """A top-up whose money came."""
        say, texts = self._texts.say, self._texts
        account = accounts.find(self._session, row.account_id)
        received = row.completed_at or row.created_at
        amount, owed = Money(row.amount, row.currency), Money(row.pays_owed, row.currency).rounded()
        lines = (("paid_owed", owed), ("top_up", amount - owed))  # rounded once, so that they add up
        facts = [
            (say("receipt_number"), row.receipt_number or ""),
            (say("top_up_number"), row.number),
            (say("received_on"), texts.day(received.astimezone(accounts.zone(account)).date())),
            (say("method"), say(row.method, group="payment_method")),
            (say("account"), row.account_id),
        ]
        if row.reference:
            facts.append((say("reference"), row.reference))
        if row.asked is not None:
            facts.append((say("asked"), texts.money(Money(row.asked, row.currency))))
        return self._paper(
            "receipt",
            row.receipt_number or "",
            received,
            account.name,
            facts=facts,
            rows=[(say(name, group="lines"), "", texts.money(part)) for name, part in lines if part],
            totals=[(say("total_received"), texts.money(amount))],
            notes=[say("receipt_note"), say("currency_note", currency=row.currency)],
        )

    def _paper(
        self,
        kind: str,
        number: str,
        written_at: datetime,
        customer: str,
        *,
        facts: list[Fact],
        rows: list[tuple[str, str, str]],
        totals: list[Fact],
        notes: list[str],
    ) -> Paper:
        say = self._texts.say
        return Paper(
            language=self._texts.language,
            name=number,
            title=say(kind),
            written_at=written_at,
            from_label=say("from"),
            seller=tuple(self._issuer()),
            to_label=say("bill_to"),
            customer=say("customer", name=customer),
            facts=tuple(facts),
            head=(say("description"), say("quantity"), say("amount")),
            rows=tuple(rows),
            totals=tuple(totals),
            notes=tuple(notes),
            page=say("page", page="{page}", pages="{pages}"),
        )

    def _issuer(self) -> list[str]:
        lines = [self._texts.of(self._seller.name), *self._texts.of(self._seller.address)]
        if number := self._seller.registration_number:
            lines.append(self._texts.say("registration_number", number=number))
        return [*lines, self._seller.email] if self._seller.email else lines

    def _plan(self, row: InvoiceRow) -> dict[str, str]:
        subscription = self._session.get_one(Subscription, row.subscription_id)
        catalogue = catalogues.version(self._session, subscription.catalogue_version)[1]
        names = catalogues.plan(catalogue, subscription.plan).names
        interval = self._texts.say(subscription.interval, group="interval")
        return {"plan": self._texts.of(names), "interval": interval}

    def _row(self, line: InvoiceLine, invoice: InvoiceRow) -> tuple[str, str, str]:
        """A line's texts; the quantity of a plan's price, which is one plan, goes without saying."""
        texts, values, quantity = self._texts, self._plan(invoice), ""
        if line.service is not None:
            service = catalogues.every_service(self._session)[line.service]
            values["service"] = texts.of(service.names)
            if line.quantity:
                quantity = self._quantity(line.quantity, service.unit)
        key = line.text_key if texts.has(line.text_key, "lines") else "other"
        return texts.say(key, group="lines", **values), quantity, texts.money(line.amount)

    def _quantity(self, quantity: Decimal, unit: str) -> str:
        name = self._texts.say(unit, group="unit") if self._texts.has(unit, "unit") else unit
        return f"{self._texts.number(quantity)} {name}"


def top_up(session: Session, account_id: str | None, number: str) -> TopUp:
    """The completed top-up of that number, if it is the account's; any account's for None.

    Raises:
        ReceiptNotFound.
    """
    digits = number.strip().upper().removeprefix("T-")
    row_id = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 18 else 0
    row = session.scalar(sa.select(TopUp).where(TopUp.id == row_id, TopUp.status == "completed"))
    if row is None or account_id not in (None, row.account_id):
        raise ReceiptNotFound(number)
    return row
