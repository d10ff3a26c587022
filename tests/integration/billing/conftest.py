"""Billing with something to sell."""

from __future__ import annotations

from pathlib import Path

import pytest

from billing.api import Billing
from tests.builders.catalogue import a_catalogue


@pytest.fixture
def billing(billing: Billing, tmp_path: Path) -> Billing:
    billing.load_catalogue(a_catalogue(tmp_path))
    return billing
