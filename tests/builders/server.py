"""The real server as a process of its own, on a database of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import httpx
from sqlalchemy.engine import make_url

from billing import sealing
from billing.api import Billing
from billing.config import Settings
from gateway.auth import issue
from gateway.privacy.service import Privacy
from tests.builders.demo import demo_database
from tests.builders.ports import free_port

COMMAND = str(Path(sys.executable).parent / "billing-assistant")
LIFETIME = timedelta(minutes=50)
UNLIMITED = {"RATE_ADDRESS": "0", "RATE_ACCOUNT": "0", "RATE_CONVERSATION": "0"}
"""All tests call from one address, faster than people: limits have tests of their own."""
PATIENT = {"TURN_PATIENCE_SECONDS": "100"}
"""Many messages at once on a machine that is busy with other tests are not what a server turns away here."""
READY_WITHIN = 120  # seconds, the model's loading included


class Server:
    """`billing-assistant serve`; `settings` are environment variables."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.database_url = settings.pop("DATABASE_URL", f"sqlite:///{folder / 'billing.db'}")
        own = {name: value for name, value in os.environ.items() if name not in {"WORKERS", "WEB_CONCURRENCY"}}
        self.environment = own | {
            "DATABASE_URL": self.database_url,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            **UNLIMITED,
            **PATIENT,
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def settings(self) -> Settings:
        return Settings(database_url=self.database_url)

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def with_demo_data(self) -> Server:
        """On a database of its own; one on PostgreSQL is made from `demo_template`."""
        demo_database(Path(str(make_url(self.database_url).database)))
        if keys := self.environment.get("DATA_KEYS"):
            self._seal_anew(keys)
        return self

    def _seal_anew(self, keys: str) -> None:
        """The copied data was sealed by the demo's key."""
        demo = Settings().keys
        told = Settings(database_url=self.database_url, data_keys=(keys, *demo))
        billing = Billing.open(told)
        Privacy(billing, told).rotate_keys(actor="operator:test")
        billing.close()
        sealing.use(demo)

    def start(self) -> Server:
        with (self.folder / "log").open("w") as log:
            self.process = subprocess.Popen([COMMAND, "serve"], env=self.environment, stdout=log, stderr=log)
        end = time.monotonic() + READY_WITHIN
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if httpx.get(f"{self.address}/health/live", timeout=5).is_success:
                    return self
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError(f"the server did not start:\n{self.log[-3000:]}")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(timeout=40)

    def customer(self, account: str, user: str | None = None) -> Client:
        token = issue(self.settings, account, user or account, LIFETIME)
        return Client(self.address, {"Authorization": f"Bearer {token}"})

    def visitor(self) -> Client:
        return Client(self.address, {})


class Client:
    """Who talks to the server by HTTP."""

    def __init__(self, address: str, headers: dict[str, str]) -> None:
        self.http = httpx.Client(base_url=address, headers=headers, timeout=60)

    def open(self) -> str:
        answer = self.http.post("/v1/conversations")
        assert answer.status_code == 201, answer.text
        opened = answer.json()
        if "visitor_token" in opened:
            self.http.headers["X-Visitor-Token"] = opened["visitor_token"]
        return opened["id"]

    def post(self, conversation: str, body: dict, key: str | None = None, **headers: str) -> httpx.Response:
        keyed = {"Idempotency-Key": key} if key else {}
        return self.http.post(f"/v1/conversations/{conversation}/messages", json=body, headers=headers | keyed)

    def say(self, conversation: str, text: str, key: str | None = None) -> list[dict]:
        answer = self.post(conversation, {"text": text}, key)
        assert answer.status_code == 200, answer.text
        return answer.json()["messages"]

    def press(self, conversation: str, asked: list[dict], button: int = 0) -> list[dict]:
        """A button of the newest message."""
        answer = self.post(conversation, {"choice": asked[-1]["buttons"][button]["choice"]})
        assert answer.status_code == 200, answer.text
        return answer.json()["messages"]

    def get(self, path: str) -> httpx.Response:
        return self.http.get(path)
