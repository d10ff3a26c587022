"""The console on the app itself, with an operator of each role."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

from billing.api import Billing
from billing.config import Settings
from gateway import migrations
from gateway.app import create_app
from gateway.handoff.service import Handoffs
from gateway.operators import passwords
from gateway.operators.schemas import ROLES
from gateway.operators.service import Operators
from tests.builders.accounts import an_account
from tests.builders.catalogue import a_catalogue
from tests.builders.clock import SettableClock

PASSWORD = "a long password"
_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


class Browser:
    """A client that keeps cookies and sends forms as pages showed them."""

    def __init__(self, app: FastAPI, **headers: str) -> None:
        self.http = TestClient(app, follow_redirects=False, raise_server_exceptions=False, headers=headers)

    def get(self, path: str):
        return self.http.get(f"/console/{path}")

    def token(self, path: str = "") -> str:
        found = _TOKEN.search(self.get(path).text)
        assert found is not None, f"no form on /console/{path}"
        return found[1]

    def post(self, path: str, *, token: str | None = None, headers: dict | None = None, files=None, **fields: str):
        """With the token of the start page, unless another is given."""
        fields["csrf"] = self.token() if token is None else token
        return self.http.post(f"/console/{path}", data=fields, headers=headers, files=files)

    def sign_in(self, name: str, password: str = PASSWORD, **more: str):
        return self.post("sign-in", token=self.token("sign-in"), name=name, password=password, **more)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that cost little: how much they cost is no matter here."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobodys.cache_clear()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with something to sell, an account, an operator of each role, and a second in finance."""
    folder = tmp_path_factory.mktemp("console")
    made = Billing.open(Settings(database_url=f"sqlite:///{folder / 'billing.db'}"), clock=SettableClock())
    migrations.upgrade(made.database.engine)
    made.load_catalogue(a_catalogue(folder))
    an_account(made)
    hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", hasher)
        for name, role in (*((role, role) for role in ROLES), ("second", "finance")):
            Operators(made).add(name, PASSWORD, role, "en", actor="test")
    made.close()
    return folder / "billing.db"


@pytest.fixture
def database_url(tmp_path: Path, prepared: Path) -> str:
    """What the pages stand on is tested on both databases where it is; the pages are the same on each."""
    shutil.copy(prepared, tmp_path / "billing.db")
    return f"sqlite:///{tmp_path / 'billing.db'}"


@pytest.fixture
def operators(billing: Billing) -> Operators:
    return Operators(billing)


@pytest.fixture
def app(billing: Billing) -> FastAPI:
    settings = Settings(database_url=billing.database.url)
    made = create_app(settings)
    made.state.billing, made.state.handoffs = billing, Handoffs(billing, settings)
    return made


@pytest.fixture
def browser(app: FastAPI) -> Callable[..., Browser]:
    """A browser in which that operator is signed in; nobody, where none is named."""

    def opened(name: str | None = None, **headers: str) -> Browser:
        made = Browser(app, **headers)
        if name is not None:
            assert made.sign_in(name).status_code == 303
        return made

    return opened
