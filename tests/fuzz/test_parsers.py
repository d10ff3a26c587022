"""Whatever a parser is given, it answers, or refuses as it says that it refuses, and soon."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime
from time import perf_counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.masking.cards import conceal
from assistant.masking.personal import mask
from assistant.nlu.slots.extract import extract
from billing.catalogue import source as catalogue
from billing.errors import BillingError
from billing.metering import cloud_events
from billing.signing import Signer
from billing.transfers import reading
from gateway.channels.adapter import EventMalformed, SignatureInvalid
from gateway.channels.messenger import reading as messenger
from gateway.channels.slack import reading as slack
from gateway.channels.teams import reading as teams
from gateway.channels.telegram import reading as telegram
from tests.fuzz.strategies import MESSENGER, PRESS, SLACK, TEAMS, TELEGRAM, like, nasty, pieces

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LONGEST = 5.0
"""Seconds of one call, on a machine that others use too."""
LONG = "FUZZ_EXAMPLES" in os.environ
MALFORMED = (EventMalformed, SignatureInvalid, ValueError, KeyError, TypeError, AttributeError, IndexError)
"""What the webhooks answer by 400 or 401 (`gateway.channels.service.Line.receive`)."""

quick = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "40")),
    derandomize=not LONG,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def soon(call: Any, *refused: type[Exception]) -> Any:
    """Its answer, or None where it refused."""
    begun = perf_counter()
    try:
        return call()
    except refused:
        return None
    finally:
        assert perf_counter() - begun < LONGEST


@quick
@given(nasty | pieces)
def test_slots_and_masks_take_any_text(text):
    soon(lambda: extract(text, date(2026, 11, 22)))
    soon(lambda: conceal(text))
    soon(lambda: mask(text, ["acme"]))


CSV = "Date,Amount,Currency,Text,Entry reference\n2026-03-09,60,USD,BA00000001,E-1\n"
CAMT = (
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>'
    '<Acct><Id><IBAN>X</IBAN></Id></Acct><Ntry><Amt Ccy="USD">60</Amt>'
    "<CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2026-03-09</Dt></BookgDt>"
    "<AcctSvcrRef>E-1</AcctSvcrRef></Ntry></Stmt></BkToCstmrStmt></Document>"
)


@st.composite
def mutated(draw: st.DrawFn, text: str) -> bytes:
    """The text with some places cut, doubled, or written over."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        text = text[:start] + draw(st.sampled_from(["", text[start:end] * 3]) | nasty) + text[end:]
    return text.encode(draw(st.sampled_from(["utf-8", "utf-16", "cp949"])), errors="replace")


@quick
@given(mutated(CSV) | mutated(CAMT) | st.binary(max_size=300))
def test_a_bank_statement_is_read_or_refused(content):
    soon(lambda: reading.read(content, currency="USD"), BillingError)


EVENT = {
    "specversion": "1.0",
    "id": "e-1",
    "source": "meter",
    "type": "usage.recorded",
    "subject": "acme",
    "time": "2026-03-09T00:00:00Z",
    "data": {"service": "bot_session", "quantity": "1"},
}
TYPES = [cloud_events.SINGLE_TYPE, cloud_events.BATCH_TYPE, "application/json"]
deep = st.sampled_from([b"[" * 50_000, b'{"a":' * 50_000, b"[" * 500 + b"]" * 500])


@quick
@given(
    st.sampled_from(TYPES),
    (like(EVENT) | st.lists(like(EVENT), max_size=3)).map(lambda told: json.dumps(told).encode()) | st.binary() | deep,
    st.booleans(),
)
def test_usage_events_are_read_or_refused(kind, body, binary):
    headers = {"content-type": kind} | ({"ce-specversion": "1.0", "ce-id": "1", "ce-source": "x"} if binary else {})

    soon(lambda: cloud_events.events(headers, body), BillingError, cloud_events.Unreadable)


CATALOGUE = (
    "version: '1'\ncurrencies: [USD]\nservices:\n"
    "  bot_session: {name: {en: Sessions}, rates: {USD: '2.4'}}\nplans: []\n"
)


@quick
@given(mutated(CATALOGUE).map(lambda content: content.decode("utf-8", errors="replace")) | nasty)
def test_a_catalogue_is_read_or_refused(text):
    soon(lambda: catalogue.parse(text, "catalogue.yml"), BillingError)


@quick
@given(nasty, nasty)
def test_a_token_that_is_not_ours_opens_nothing(token, value):
    signer = Signer("s" * 32, "fuzz")

    assert soon(lambda: signer.open(token, NOW)) is None
    assert soon(lambda: signer.open(f"{signer.sign(value, NOW)}{token}", NOW)) is None


@quick
@given(like(TELEGRAM), like(SLACK), like(PRESS), like(MESSENGER), like(TEAMS))
def test_a_vendors_body_is_read_or_malformed(update, told, press, page, activity):
    soon(lambda: telegram.events_of(update, "1", "bot"), *MALFORMED)
    soon(lambda: slack.events_of(told), *MALFORMED)
    soon(lambda: slack.press_of(press), *MALFORMED)
    soon(lambda: messenger.events_of(page), *MALFORMED)
    soon(lambda: teams.events_of(activity, {"serviceurl": "https://x"}), *MALFORMED)
