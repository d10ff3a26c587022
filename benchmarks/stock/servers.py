"""The stock assistant as a server: Rasa's REST and Socket.IO channels, and our actions in an action server beside it.

The action server runs in our environment: the actions need Python 3.11. A user of Rasa has two processes as well.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.stock.environment import BIN, ROOT
from benchmarks.stock.processes import memory, running
from benchmarks.stock.project import QUIET, Project
from tests.builders.ports import free_port

_CREDENTIALS = """\
rest:
socketio:
  user_message_evt: user_uttered
  bot_message_evt: bot_uttered
  session_persistence: true
"""
_ENDPOINTS = """\
action_endpoint: {{url: "http://127.0.0.1:{actions}/webhook"}}
tracker_store: {{type: SQL, dialect: sqlite, db: "{folder}/rasa.db"}}
"""
ACCOUNT = "acme"
"""For whom the action server speaks: nothing in stock Rasa says who writes."""


@dataclass(frozen=True)
class Server:
    """One that was started; it may not answer yet."""

    address: str
    processes: tuple
    log: Path

    @property
    def memory(self) -> float:
        """MB of all of its processes."""
        return memory(*self.processes)

    def check(self) -> None:
        """That it is still running.

        Raises:
            RuntimeError: with the end of what it wrote.
        """
        if any(process.poll() is not None for process in self.processes):
            raise RuntimeError(f"a server ended: {self.log.read_text()[-2000:]}")


@contextmanager
def stock(project: Project, database: str, folder: Path) -> Iterator[Server]:
    """The stock server on a free port; `database` is where its actions find billing, `folder` takes its own files."""
    port, actions = free_port(), free_port()
    for name, text in (("credentials.yml", _CREDENTIALS), ("endpoints.yml", _ENDPOINTS)):
        (folder / name).write_text(text.format(actions=actions, folder=folder) if "{" in text else text)
    theirs = {"DATABASE_URL": database, "DEVELOPER_ACCOUNT": ACCOUNT, "SANIC_HOST": "127.0.0.1", **QUIET}
    acting = [Path(sys.executable).with_name("rasa"), "run", "actions", "--actions", "actions", "--port", str(actions)]
    serving = [
        BIN / "rasa", "run", "--enable-api", "--interface", "127.0.0.1", "--port", str(port),
        "--model", "models/model.tar.gz",
        "--credentials", folder / "credentials.yml", "--endpoints", folder / "endpoints.yml",
    ]  # fmt: skip
    log = folder / "stock.log"
    with (
        running(acting, ROOT, folder / "actions.log", theirs) as first,
        running(serving, project.folder, log, QUIET) as second,
    ):
        yield Server(f"http://127.0.0.1:{port}", (first, second), log)
