from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import train
from billing.api import Billing
from gateway import migrations
from tests.builders.accounts import an_account
from tests.builders.catalogue import a_catalogue
from tests.builders.server import Server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One real server for many tests; its ledger is right when all are done."""
    train.main([])
    started = Server(tmp_path_factory.mktemp("server")).with_demo_data().start()
    yield started
    assert started.stop() == 0, started.log
    billing = Billing.open(started.settings)
    assert billing.verify_ledger() == []
    billing.close()


@pytest.fixture
def gateway(billing: Billing, tmp_path: Path) -> Billing:
    """Billing with something to sell, an account `acme`, and the gateway's own tables beside it."""
    migrations.upgrade(billing.database.engine)
    billing.load_catalogue(a_catalogue(tmp_path))
    an_account(billing)
    return billing


def problem(answer, status: int, code: str) -> bool:
    """Whether the answer is this problem and tells nothing of the inside."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code), answer.text
    assert {"type", "title", "detail"} <= body.keys()
    assert "Traceback" not in answer.text
    return True
