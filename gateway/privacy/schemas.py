"""What is told of an erasure."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

VERSION = 1
"""Of both documents. It grows when something is taken away or changes its meaning, not when something is added."""
STAYS = {
    "ledger": "amounts, times and the account's id: a balance must be derivable",
    "invoices": "invoices, credit notes and receipts, with the account's name: they must be kept by law",
    "payments": "amounts, states and the provider's references; of cards brand and last four digits",
    "bank_statements": "what the bank wrote beside a transfer: part of the books",
    "usage": "quantities, times and the account's id: what charges are derived from",
    "requests": "number, kind, state, times and charges, without any words: offers refer to them",
    "audit": "who did what to which account when; without addresses",
    "erasures": "that something was erased, for which account, by whom, and the counts",
}
"""What is kept, and why."""


class Plan(BaseModel):
    """What an erasure would remove, by its kind; `confirm` is to be given back to do exactly that."""

    model_config = ConfigDict(frozen=True)

    account: str
    user: str | None
    counts: dict[str, int]
    confirm: str


class ErasureReceipt(BaseModel):
    """What was erased. `complete`: nothing of it is left in any file of this server."""

    model_config = ConfigDict(frozen=True)

    version: int = VERSION
    id: str
    account: str
    user: str | None
    erased_at: datetime
    by: str
    counts: dict[str, int]
    stays: dict[str, str] = STAYS
    complete: bool


class Proposal(BaseModel):
    """An erasure that a second person has to approve; `erasure`: the receipt's id, once it is done."""

    model_config = ConfigDict(frozen=True)

    id: str
    account: str
    user: str | None
    whole_account: bool
    reference: str
    state: Literal["open", "approved", "rejected", "expired", "superseded"]
    proposed_by: str
    proposed_at: datetime
    expires_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    erasure: str | None


class PersonalData(BaseModel):
    """All that is kept of the users of an account, or of one of them."""

    model_config = ConfigDict(frozen=True)

    version: int = VERSION
    account: str
    user: str | None
    exported_at: datetime
    conversations: list[dict[str, Any]]
    channel_links: list[dict[str, Any]]
    channel_messages: list[dict[str, Any]]
    unsure_messages: list[dict[str, Any]]
    billing: dict[str, Any]
