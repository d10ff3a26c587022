"""`billing-assistant` as an operator runs it: a process a command, forked from one that has imported everything.

What a command does, prints and exits with is the same as from a shell; what is saved are the imports, which take
longer than most commands.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from gateway.cli.main import _COMMANDS

_LIMIT = 120
"""Seconds that a command may take."""
_IMPORTED = [
    *{f"gateway.cli.{place.partition('.')[0]}" for place in _COMMANDS.values()},
    "gateway.app",
    "billing.api",
    "assistant.agent",
    "assistant.train",
    "alembic.command",
]


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


def run(arguments: Sequence[str], environment: Mapping[str, str], stdin: str = "") -> Ended:
    """Run a command to its end."""
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(_IMPORTED)
    with tempfile.TemporaryDirectory() as folder:
        said, out, err = (Path(folder) / name for name in ("in", "out", "err"))
        said.write_text(stdin, encoding="utf-8")
        command = forks.Process(target=_command, args=([*arguments], dict(environment), said, out, err))
        command.start()
        command.join(_LIMIT)
        if command.is_alive():
            command.kill()
            raise TimeoutError(f"{arguments} took longer than {_LIMIT} s")
        assert command.exitcode is not None
        return Ended(command.exitcode, out.read_text("utf-8"), err.read_text("utf-8"))


def _command(arguments: list[str], environment: dict[str, str], said: Path, out: Path, err: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for number, file in ((0, said), (1, out), (2, err)):
        os.dup2(os.open(file, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, mode, 1, "utf-8") for number, mode in enumerate("rww"))
    sys.argv = ["billing-assistant", *arguments]
    code: object = 0
    try:
        from gateway.cli.main import main

        main()
    except SystemExit as ended:
        code = ended.code
        if isinstance(code, str):
            sys.stderr.write(f"{code}\n")
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))
