from __future__ import annotations

import pytest

from billing.config import settings as process_settings
from billing.outgoing import http, sockets
from tests.builders.vendors import Vendors


@pytest.fixture
def vendors():
    with Vendors().running() as running:
        yield running


@pytest.mark.parametrize(
    ("mode", "named", "may"), [("production", "", False), ("production", "127.0.0.1", True), ("demo", "", True)]
)
def test_the_settings_decide(vendors: Vendors, monkeypatch, mode: str, named: str, may: bool) -> None:
    monkeypatch.setenv("MODE", mode)
    monkeypatch.setenv("OUTGOING_PRIVATE_HOSTS", named)
    for kept in (process_settings, sockets.policy):
        kept.cache_clear()
    try:
        if may:
            assert http.request("POST", f"{vendors.url}/anywhere", timeout=5).status_code == 200
        else:
            with pytest.raises(http.NotConnected):
                http.request("POST", f"{vendors.url}/anywhere", timeout=5)
    finally:
        monkeypatch.undo()
        for kept in (process_settings, sockets.policy):
            kept.cache_clear()
