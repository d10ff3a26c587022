"""Statements in ISO 20022 camt.053, of any version and prefix, by pycamt.

pycamt reads one entry at a time here, from XML of which nothing is left but elements and text. What decides about
money is read beside it: the amount of the entry itself, and which of its parts add up to that.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from pycamt.parser import Camt053Parser  # type: ignore[import-untyped]

from billing.errors import StatementUnreadable
from billing.transfers.statement import (
    LONGEST_PAYER,
    LONGEST_TEXT,
    NO_REFERENCE,
    Entry,
    Statement,
    Unreadable,
    money,
    tidy,
)

_SPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."


def read(content: bytes) -> Statement:
    """Its booked entries; an entry of several payments that add up to it is a line for each.

    Raises:
        StatementUnreadable: no XML, with a document type, or no camt.053.
    """
    root = _parsed(content)
    statement, line = Statement("camt.053"), 0
    for told in root.iter("Stmt"):
        account = _text(told, "Acct/Id/IBAN") or _text(told, "Acct/Id/Othr/Id")
        for entry in told.findall("Ntry"):
            line += 1
            if (_text(entry, "Sts/Cd") or _text(entry, "Sts")) not in {"BOOK", ""}:
                continue  # not booked yet: a later statement has it
            try:
                statement.entries.extend(_entries(entry, line, account))
            except Unreadable as error:
                statement.refuse(line, str(error))
    return statement


def _parsed(content: bytes) -> Any:
    """The document without names of its namespace. No entity is resolved and nothing is fetched."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise StatementUnreadable("not_xml") from error
    if root.getroottree().docinfo.doctype:
        raise StatementUnreadable("document_type")
    if not str(etree.QName(root).namespace or "").startswith(_SPACE):
        raise StatementUnreadable("not_camt_053")
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname
    etree.cleanup_namespaces(root)
    return root


def _entries(entry: Any, line: int, account: str) -> Iterator[Entry]:
    amount, currency = _amount(entry), entry.find("Amt").get("Ccy", "")
    reversal = _text(entry, "RvslInd").lower() in {"true", "1"}
    came, booked = _text(entry, "CdtDbtInd") == "CRDT", _day(entry)
    reference = _text(entry, "AcctSvcrRef")
    payments = entry.findall("NtryDtls/TxDtls")
    told = Camt053Parser(_alone(entry)).get_transactions()
    parts = _parts(told, amount) if len(payments) == len(told) > 1 else None
    for number, (share, details, texts) in enumerate(_lines(entry, amount, payments, told, parts), 1):
        own = reference or (_text(details, "Refs/AcctSvcrRef") if details is not None and reference == "" else "")
        if own.upper() in NO_REFERENCE:
            own = ""
        yield Entry(
            line=line,
            booked_on=booked,
            amount=money(share if came else -share, currency),
            payer=tidy(texts[0], LONGEST_PAYER),
            text=tidy(texts[1], LONGEST_TEXT),
            reference=f"{own}/{number}" if own and reference and parts else own,
            reversal=reversal,
            bank_account=account,
        )


def _lines(
    entry: Any, amount: Decimal, payments: list[Any], told: list[dict[str, Any]], parts: list[Decimal] | None
) -> Iterator[tuple[Decimal, Any, tuple[str, str]]]:
    """A line for each payment where they add up to the entry, otherwise one of all that the entry says."""
    if parts:
        for share, details, said in zip(parts, payments, told, strict=True):
            yield share, details, (_payer(said), _words(details, said))
        return
    said = told[0] if told else {}
    payer = " ".join(dict.fromkeys(filter(None, map(_payer, told))))
    words = " ".join([*(_words(details, {}) for details in payments), _words(entry, said, deep=not payments)])
    yield amount, payments[0] if len(payments) == 1 else None, (payer, words)


def _parts(told: list[dict[str, Any]], amount: Decimal) -> list[Decimal] | None:
    """The amounts of an entry's payments, if all are of one direction and add up to it; else none is trusted."""
    try:
        parts = [Decimal(each["Amount"]) for each in told]
    except (InvalidOperation, KeyError, TypeError):
        return None
    directions = {each.get("CreditDebitIndicator") for each in told}
    return parts if sum(parts) == amount and len(directions) == 1 else None


def _alone(entry: Any) -> bytes:
    document = etree.Element("Document")
    etree.SubElement(document, "Stmt").append(etree.fromstring(etree.tostring(entry, with_tail=False)))
    return bytes(etree.tostring(document))


def _payer(said: dict[str, Any]) -> str:
    return str(said.get("DebtorName") or "")


def _words(element: Any, said: dict[str, Any], *, deep: bool = True) -> str:
    """All that the payer wrote: remittance of either kind, and the reference given by whoever began the payment."""
    found = [_text(element, "Refs/EndToEndId")]
    if deep:
        found += [text for info in element.iter("RmtInf") for text in info.itertext()]
    found += [_text(element, "AddtlTxInf"), str(said.get("AdditionalEntryInformation") or "")]
    return " ".join(text.strip() for text in found if text.strip().upper() not in NO_REFERENCE)


def _amount(entry: Any) -> Decimal:
    try:
        return Decimal(_text(entry, "Amt"))
    except InvalidOperation as error:
        raise Unreadable("amount_invalid") from error


def _day(entry: Any) -> date:
    for place in ("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm"):
        if text := _text(entry, place):
            try:
                return date.fromisoformat(text[:10])
            except ValueError as error:
                raise Unreadable("date_invalid") from error
    raise Unreadable("date_invalid")


def _text(element: Any, path: str) -> str:
    found = element.find(path)
    return (found.text or "").strip() if found is not None else ""
