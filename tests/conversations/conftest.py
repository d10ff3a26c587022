"""The trained model, loaded once; the demo data, fresh for each test."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant import logs, train
from assistant.agent import Assistant
from billing import api, config
from billing.api import Billing
from billing.config import Settings
from gateway.conversations.service import Conversations
from tests.builders.demo import demo_database
from tests.conversations.talk import Talk

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory, loop: asyncio.AbstractEventLoop) -> Iterator[Assistant]:
    logs.configure()
    train.main([])
    assistant = Assistant.load(
        train.MODEL, tracker_url=f"sqlite:///{tmp_path_factory.mktemp('conversations') / 'tracker.db'}"
    )
    yield assistant
    loop.run_until_complete(assistant.close())


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "billing.db"
    demo_database(path)
    return path


@pytest.fixture
def settings(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The settings of this process, as the actions read them: a copy of the demo data of its own."""
    for suffix in ("", "-wal", "-shm"):
        source = demo.with_name(demo.name + suffix)
        if source.exists():
            shutil.copy(source, tmp_path / source.name)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / demo.name}")
    config.settings.cache_clear()
    api.default_billing.cache_clear()
    yield config.settings()
    api.default_billing.cache_clear()
    config.settings.cache_clear()


@pytest.fixture
def billing(settings: Settings) -> Iterator[Billing]:
    """The billing that the actions use; its ledger is right afterwards, whatever was said."""
    billing = api.default_billing()
    yield billing
    assert billing.verify_ledger() == []
    billing.close()


@pytest.fixture
def talk(
    billing: Billing, assistant: Assistant, settings: Settings, loop: asyncio.AbstractEventLoop
) -> Callable[[str | None], Talk]:
    """Opens a conversation as an account, or as a visitor (None)."""
    conversations = Conversations(billing, assistant, settings)
    return lambda account=None: Talk(loop, conversations, account)


@dataclass(frozen=True)
class Phrases:
    """What customers say in one language."""

    language: str
    said: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.said[name]


@pytest.fixture(params=["en", "ja", "ko"])
def phrases(request: pytest.FixtureRequest) -> Phrases:
    text = (HERE / request.param / "phrases.yml").read_text(encoding="utf-8")
    return Phrases(request.param, yaml.safe_load(text))
