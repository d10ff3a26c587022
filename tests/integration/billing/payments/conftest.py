"""Billing that takes payments through localstripe: one process for all, each test with accounts of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from billing.api import Billing
from billing.db import Database
from tests.builders.accounts import an_account
from tests.builders.catalogue import a_catalogue
from tests.builders.clock import SettableClock
from tests.builders.localstripe import LocalStripe
from tests.builders.payments import settings


@pytest.fixture(scope="package")
def stripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStripe]:
    with LocalStripe(tmp_path_factory.mktemp("localstripe")) as running:
        yield running


@pytest.fixture(scope="package")
def prepared(stripe: LocalStripe, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with something to sell, to be copied: migrating takes longer than most tests here."""
    folder = tmp_path_factory.mktemp("prepared")
    opened = Billing.open(settings(stripe, f"sqlite:///{folder / 'billing.db'}"))
    opened.load_catalogue(a_catalogue(folder))
    opened.close()
    return folder / "billing.db"


@pytest.fixture
def billing(stripe: LocalStripe, prepared: Path, tmp_path: Path, clock: SettableClock) -> Iterator[Billing]:
    """On SQLite: what is different between databases is the machine's to find."""
    copied = shutil.copy(prepared, tmp_path / "billing.db")
    told = settings(stripe, f"sqlite:///{copied}")
    opened = Billing(Database(told.database_url), told, clock)
    yield opened
    violations = opened.verify_ledger()
    opened.close()
    assert violations == []


@pytest.fixture
def account(billing: Billing) -> str:
    return an_account(billing)
