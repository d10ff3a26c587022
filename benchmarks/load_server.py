"""The real server for a load: a process of its own on a database of its own, and how much memory it has."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

import httpx

from benchmarks.turns import COMMAND
from tests.builders.ports import free_port
from tests.builders.server import UNLIMITED


class LoadServer:
    """With the demo data, gone at the end; `demo` makes them at a path, quicker than the command does."""

    def __init__(self, demo: Callable[[Path], object] | None = None) -> None:
        self._demo = demo
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self._folder = tempfile.TemporaryDirectory()
        self._database = Path(self._folder.name) / "billing.db"
        database = f"sqlite:///{self._database}"
        self._environment = os.environ | {"DATABASE_URL": database, "PORT": str(port), **UNLIMITED}

    def __enter__(self) -> Self:
        """Ready."""
        if self._demo is None:
            subprocess.run([COMMAND, "demo", "load"], env=self._environment, check=True)
        else:
            self._demo(self._database)
        with (Path(self._folder.name) / "log").open("w") as log:
            self._process = subprocess.Popen([COMMAND, "serve"], env=self._environment, stdout=log, stderr=log)
        end = time.monotonic() + 120
        while time.monotonic() < end and self._process.poll() is None:
            try:
                httpx.get(f"{self.address}/health/ready").raise_for_status()
            except httpx.HTTPError:
                time.sleep(0.1)
            else:
                return self
        raise TimeoutError("the server did not start")

    def __exit__(self, *_: object) -> None:
        """Ended, and waited for."""
        self._process.terminate()
        self._process.wait()
        self._folder.cleanup()

    def rss(self) -> float:
        """Megabytes."""
        status = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        return int(next(line for line in status if line.startswith("VmRSS")).split()[1]) / 1024

    def token(self, account: str) -> str:
        """For an account of the demo data."""
        answer = httpx.post(f"{self.address}/demo/token", json={"account": account}).raise_for_status()
        token: str = answer.json()["token"]
        return token
