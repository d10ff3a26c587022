"""What is asked: training sentences that both assistants answer rightly, and the answer as billing has it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import aiohttp
import yaml

from benchmarks.stock.client import Kind, Talk
from benchmarks.stock.environment import ROOT
from benchmarks.stock.servers import ACCOUNT
from benchmarks.turns import KINDS
from billing.api import Billing
from billing.config import Settings

FRESH = 100
_MOST = 24
"""Sentences of a kind that are tried."""


class NotUnderstood(AssertionError):
    """An assistant answers none of the sentences rightly; of stock, that it was trained too little."""


def of_data(database: str) -> list[Kind]:
    """A knowledge topic and a figure that billing computes, with their answers."""
    said = _yaml("responses/faq/billing_plan.yml")["responses"]["utter_faq/billing_plan"][0]["text"]
    billing = Billing.open(Settings(database_url=database))
    available = billing.balance(ACCOUNT).available.rounded().amount
    billing.close()
    return [
        Kind("knowledge", _sentences("faq/billing_plan"), said.splitlines()[0]),
        Kind("live figure", _sentences("show_balance"), f"${available:,.2f} is available"),
    ]


def fresh(kinds: list[Kind]) -> list[Kind]:
    """The same, each sentence worded differently, so that nothing remembered helps."""
    return [replace(kind, sentences=[f"{KINDS[kind.name]} {n}" for n in range(FRESH)]) for kind in kinds]


def _yaml(name: str) -> Any:
    return yaml.safe_load((ROOT / "data" / name).read_text("utf-8"))


def _sentences(topic: str) -> list[str]:
    lines = _yaml(f"nlu/en/{topic}.yml")["nlu"][0]["examples"].splitlines()
    return [line.removeprefix("- ") for line in sorted(lines, key=len)][:_MOST]


async def understood(talk: Talk, kind: Kind) -> Kind:
    """With the sentences alone that this assistant answers rightly, each asked in a conversation of its own.

    Raises:
        NotUnderstood: there is none.
    """
    right = [text for text in kind.sentences if kind.answer in await _said(talk, text)]
    if not right:
        raise NotUnderstood(f"{talk.server.address} answers no sentence of {kind.name}; for stock, raise STOCK_EPOCHS")
    return replace(kind, sentences=right)


async def _said(talk: Talk, text: str) -> str:
    try:
        return await talk.say(await talk.open(f"ask-{time.time_ns()}"), text)
    except aiohttp.ClientResponseError:
        return ""
