from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import train
from billing.api import Billing
from billing.db import create_engine
from gateway import migrations
from tests.builders import postgresql
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


@pytest.fixture(scope="session")
def sqlite_template(sqlite_template: Path) -> Path:
    """The gateway's own tables are beside billing's."""
    both = sqlite_template.with_name("gateway.db")
    shutil.copyfile(sqlite_template, both)
    _migrate(f"sqlite:///{both}")
    return both


@pytest.fixture(scope="session")
def postgresql_template(postgresql_template: str) -> str:
    """The same."""
    return postgresql.template("gateway", _migrate, postgresql_template)


def _migrate(address: str) -> None:
    engine = create_engine(address)
    migrations.upgrade(engine)
    engine.dispose()


@pytest.fixture
def gateway(billing: Billing, tmp_path: Path) -> Billing:
    """Billing with something to sell, and an account `acme`."""
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
