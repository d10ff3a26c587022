"""Processes of a server: started together, measured together, ended together with all that they started."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Command = list[Any]


@contextmanager
def running(command: Command, folder: Path, log: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[Any]]:
    """The command in a session of its own, so that its children end with it; its output goes to the log."""
    with log.open("w") as out:
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | environment, stdout=out, stderr=out, start_new_session=True
        )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[Any]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return  # nothing was left


def memory(*processes: subprocess.Popen[Any]) -> float:
    """MB that these processes and all below them hold; what several share is counted once (PSS)."""
    parents = {int(stat.parent.name): _parent(stat) for stat in Path("/proc").glob("[0-9]*/stat")}
    wanted = {process.pid for process in processes}
    while below := {pid for pid, parent in parents.items() if parent in wanted} - wanted:
        wanted |= below
    return sum(map(_pss, wanted)) / 1024


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0  # it ended meanwhile


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
