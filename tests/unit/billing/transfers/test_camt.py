from __future__ import annotations

from datetime import date

import pytest

from billing.errors import StatementUnreadable
from billing.transfers import reading
from tests.builders.money import usd, yen
from tests.builders.statements import Line, as_camt

LINES = [
    Line("2026-03-09", "100.00", "Invoice INV-2026-000001", "Acme Corp", "BANK-1"),
    Line("2026-03-09", "-4.50", "Fee", "Bank", "BANK-2"),
]
SPACE = 'xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"'
BATCH = """<?xml version="1.0"?>
<Document {space}><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId><CreDtTm>2026-03-09T00:00:00</CreDtTm></GrpHdr><Stmt>
<Acct><Id><Othr><Id>1234567</Id></Othr></Id></Acct>
<Ntry><NtryRef>1</NtryRef><Amt Ccy="JPY">3000</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><DtTm>2026-03-09T10:11:12+09:00</DtTm></BookgDt><AcctSvcrRef>BATCH-9</AcctSvcrRef>
<NtryDtls>
<TxDtls><Refs><EndToEndId>BA00000001</EndToEndId></Refs>{first}
<RltdPties><Dbtr><Pty><Nm>カ)サクラ</Nm></Pty></Dbtr></RltdPties></TxDtls>
<TxDtls>{second}<RmtInf><Strd><CdtrRefInf><Ref>BA00000002</Ref></CdtrRefInf></Strd></RmtInf></TxDtls>
</NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"""


@pytest.mark.parametrize("version", ["02", "04", "08", "12"])
@pytest.mark.parametrize("prefix", ["", "ns2"])
def test_every_version_is_read_with_and_without_prefixes(version, prefix):
    read = reading.read(as_camt(LINES, version=version, prefix=prefix))

    assert read.refused == []
    came, went = read.entries
    assert (came.booked_on, came.amount, came.payer) == (date(2026, 3, 9), usd(100), "Acme Corp")
    assert (came.text, came.reference, came.bank_account) == (
        "Invoice INV-2026-000001",
        "BANK-1",
        "DE89370400440532013000",
    )
    assert went.amount == usd("-4.50")


def batch(first: str, second: str) -> bytes:
    return BATCH.format(space=SPACE, first=first, second=second).encode()


def test_the_payments_of_an_entry_are_lines_of_their_own_where_they_add_up():
    read = reading.read(batch('<Amt Ccy="JPY">1000</Amt>', '<Amt Ccy="JPY">2000</Amt>'))

    assert [(e.amount, e.text, e.reference) for e in read.entries] == [
        (yen(1000), "BA00000001", "BATCH-9/1"),
        (yen(2000), "BA00000002", "BATCH-9/2"),
    ]
    assert {e.bank_account for e in read.entries} == {"1234567"}
    assert read.entries[0].booked_on == date(2026, 3, 9)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("", ""),
        ('<Amt Ccy="JPY">1000</Amt>', '<Amt Ccy="JPY">1000</Amt>'),
        ('<AmtDtls><InstdAmt><Amt Ccy="USD">10</Amt></InstdAmt></AmtDtls>', '<Amt Ccy="JPY">2000</Amt>'),
    ],
    ids=["no amounts", "not the sum", "in the payer's currency"],
)
def test_an_entry_whose_payments_do_not_add_up_is_one_line_of_all_they_say(first, second):
    [entry] = reading.read(batch(first, second)).entries

    assert (entry.amount, entry.reference) == (yen(3000), "BATCH-9")
    assert "BA00000001" in entry.text
    assert "BA00000002" in entry.text


def test_an_amount_in_the_payers_currency_is_never_what_came():
    content = as_camt(LINES[:1], version="02").replace(
        b"</Refs>", b'</Refs><AmtDtls><InstdAmt><Amt Ccy="EUR">91.00</Amt></InstdAmt></AmtDtls>'
    )

    assert [entry.amount for entry in reading.read(content).entries] == [usd(100)]


def test_what_is_not_booked_yet_is_left_for_a_later_statement():
    assert reading.read(as_camt(LINES).replace(b"BOOK", b"PDNG")).entries == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<html/>", "not_camt_053"),
        (b"<Document", "not_xml"),
        (b'<!DOCTYPE x [<!ENTITY a "BA00000001">]>' + as_camt(LINES).partition(b"?>")[2], "document_type"),
        (
            b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + as_camt(LINES).partition(b"?>")[2],
            "document_type",
        ),
        (as_camt(LINES).replace(b"camt.053", b"camt.052"), "not_camt_053"),
    ],
)
def test_other_xml_entities_and_document_types_are_refused(content, reason):
    with pytest.raises(StatementUnreadable, match=reason):
        reading.read(content)


def test_an_entry_that_cannot_be_read_is_named_and_the_others_are_taken():
    read = reading.read(as_camt(LINES).replace(b"100.00", b"a lot"))

    assert [(refused.line, refused.reason) for refused in read.refused] == [(1, "amount_invalid")]
    assert len(read.entries) == 1
