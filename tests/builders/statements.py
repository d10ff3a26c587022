"""Bank statements as banks write them: CSV, and camt.053 in the styles of two banks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from billing.api import Billing, StatementImport


@dataclass(frozen=True)
class Line:
    """What a bank says of one movement; below zero it went."""

    day: str
    amount: str
    text: str = ""
    payer: str = "Jane Doe"
    reference: str = ""


def as_csv(lines: list[Line], *, currency: str = "USD") -> bytes:
    rows = [f'{x.day},{x.amount},{currency},"{x.payer}","{x.text}",{x.reference}' for x in lines]
    return "\n".join(["Date,Amount,Currency,Payer,Text,Entry reference", *rows]).encode()


def as_camt(lines: list[Line], *, version: str = "02", currency: str = "USD", iban: str = "DE89370400440532013000",
            prefix: str = "") -> bytes:  # fmt: skip
    """Versions 02 and 04 tell `Sts` as a word, later ones as a code; some banks have a `prefix` before each name."""
    entries = "".join(_entry(line, version, currency) for line in lines)
    tagged = f"""<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>
      <GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-03-10T18:00:00</CreDtTm></GrpHdr>
      <Stmt><Id>S1</Id><Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{currency}</Ccy></Acct>{entries}</Stmt>
    </BkToCstmrStmt></Document>"""
    if prefix:
        tagged = tagged.replace("</", f"\0{prefix}:").replace("<", f"<{prefix}:").replace("\0", "</")
        tagged = tagged.replace(" xmlns=", f" xmlns:{prefix}=")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tagged}'.encode()


def _entry(line: Line, version: str, currency: str) -> str:
    status = "<Sts>BOOK</Sts>" if version in {"02", "04"} else "<Sts><Cd>BOOK</Cd></Sts>"
    reference = f"<AcctSvcrRef>{line.reference}</AcctSvcrRef>" if line.reference else ""
    went = line.amount.startswith("-")
    return f"""<Ntry><Amt Ccy="{currency}">{line.amount.lstrip("-")}</Amt>
      <CdtDbtInd>{"DBIT" if went else "CRDT"}</CdtDbtInd>{status}
      <BookgDt><Dt>{line.day}</Dt></BookgDt><ValDt><Dt>{line.day}</Dt></ValDt>{reference}
      <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
      <NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
        <RltdPties><Dbtr><Nm>{line.payer}</Nm></Dbtr></RltdPties>
        <RmtInf><Ustrd>{line.text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"""


def imported(billing: Billing, *lines: Line, **given: Any) -> StatementImport:
    return billing.import_statement(as_csv([*lines]), **given)
