"""Holding a text's numerals against what its answer may say."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from sqlalchemy.orm import Session

from billing.answers.schemas import Orphan, Trace
from billing.money import minor_digits
from billing.proof import explanations
from billing.proof.facts import Derivation, Fact
from billing.proof.numerals import Numeral, numerals
from billing.proof.records import Records


def orphans(session: Session, trace: Trace, text: str, constants: Sequence[str]) -> tuple[int, list[Orphan]]:
    """How many numerals the text has, and those that do not follow from the database as of the trace's position.

    `constants`: the lines of the responses of then that hold numerals of their own.
    """
    records = Records(session, trace.account, trace.position)
    found = numerals(text, constants, records.names)
    facts = _facts(session, trace, records)
    return len(found), [
        Orphan(text=each.text, reason=f"no {each.kind} of the records is this")
        for each in found
        if not any(_says(each, fact, records.currency) for fact in facts)
    ]


def _facts(session: Session, trace: Trace, records: Records) -> set[Fact]:
    explaining = trace.explaining
    if explaining is None:
        return Derivation(records, trace).facts()
    return explanations.facts(Records(session, trace.account, explaining.trace.position), explaining)


def _says(numeral: Numeral, fact: Fact, currency: str) -> bool:
    """Whether the text says the fact: money to the coin, half up, or exactly; a percentage whole."""
    if numeral.kind != fact.kind:
        return False
    if not isinstance(numeral.value, Decimal) or not isinstance(fact.value, Decimal):
        return numeral.value == fact.value
    if numeral.kind == "money":
        coin = Decimal(1).scaleb(-minor_digits(currency))
        return numeral.currency == currency and numeral.value in {fact.value, _half_up(fact.value, coin)}
    if numeral.kind == "percent":
        return numeral.value in {fact.value, fact.value.quantize(Decimal(1), ROUND_HALF_EVEN)}
    return numeral.value == fact.value


def _half_up(value: Decimal, coin: Decimal) -> Decimal:
    return value.quantize(coin, ROUND_HALF_UP)
