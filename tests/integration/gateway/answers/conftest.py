from __future__ import annotations

from pathlib import Path

import pytest

from billing.api import Billing
from billing.config import Settings
from tests.builders.answers import Asking
from tests.builders.clock import SettableClock
from tests.builders.months import Month


@pytest.fixture
def settings(billing: Billing) -> Settings:
    return Settings(database_url=billing.database.url)


@pytest.fixture
def asking(billing: Billing, settings: Settings) -> Asking:
    return Asking(billing, settings)


@pytest.fixture
def month(billing: Billing, clock: SettableClock, tmp_path: Path) -> Month:
    return Month(billing, clock, tmp_path, seed=1)
