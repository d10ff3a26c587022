"""Billing that delivers to a real receiver."""

from __future__ import annotations

import pytest

from billing.api import Billing
from billing.config import Settings
from tests.builders.receivers import Receiver

SECRET = "what-the-receiver-knows-too"


@pytest.fixture
def receiver():
    with Receiver().running() as running:
        yield running


@pytest.fixture
def billing(billing, receiver, clock):
    settings = Settings(database_url=billing.database.url, sales_webhook_url=receiver.url, sales_webhook_secret=SECRET)
    return Billing(billing.database, settings, clock)
