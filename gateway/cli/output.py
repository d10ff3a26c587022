"""How commands print: text for people, JSON for programs, refusals on standard error with exit 1."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from pydantic import BaseModel

from billing.errors import BillingError

if TYPE_CHECKING:
    from rich.console import Console

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
As = Annotated[str, typer.Option("--as", help="Who does it, for the audit trail.", show_default=True)]


def _errors() -> Console:
    from rich.console import Console

    return Console(stderr=True)


def amount(text: str) -> Decimal:
    """A decimal number on the command line."""
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise typer.BadParameter(f"{text!r} is not an amount") from error


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def print_json(value: Any) -> None:
    """One JSON value on a line, not escaped."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False) + "\n")


def print_rows(rows: list[BaseModel], columns: dict[str, Callable[[Any], object]], as_json: bool) -> None:
    """A table of `columns` (title → value of a row), or a JSON list of the whole rows."""
    if as_json:
        return print_json(rows)
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns, box=None)
    for row in rows:
        table.add_row(*(str(value(row)) for value in columns.values()))
    Console().print(table if rows else "none")
    return None


def lines(prompt: str, *, echo: bool = True) -> Iterator[str]:
    """What is typed, or comes from a pipe: then each line is printed (`echo`) as though it had been typed."""
    typed = sys.stdin.isatty()
    while True:
        try:
            line = input(prompt if typed else "")
        except EOFError:
            return
        if line.strip():
            if echo and not typed:
                sys.stdout.write(f"{prompt}{line}\n")
            yield line


@contextmanager
def refusals() -> Iterator[None]:
    """An expected refusal ends the command with exit 1 and its reason, without a traceback."""
    try:
        yield
    except BillingError as error:
        fail(error.code, str(error))


def fail(code: str, reason: str) -> NoReturn:
    """Say on standard error what was refused, and end the command with exit 1."""
    _errors().print(f"{code}: {reason}" if reason else code, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(1)


@contextmanager
def progress(what: str) -> Iterator[Callable[[str], None]]:
    """Show on standard error that something goes on; the function given changes what is said."""
    if not sys.stderr.isatty():
        sys.stderr.write(f"{what} …\n")
        yield lambda step: None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=_errors(), transient=True) as shown:
        task = shown.add_task(what)
        yield lambda step: shown.update(task, description=f"{what}: {step}")


@contextmanager
def streamed(what: str, size: int) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, on a terminal only; the function given says how many are done, of how many bytes."""
    if not sys.stderr.isatty():
        yield lambda done, read: None
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[done]:,} · {task.fields[rate]:,.0f}/s"),
        TimeRemainingColumn(),
    )
    begun = time.monotonic()
    with Progress(*columns, console=_errors(), transient=True) as shown:
        task = shown.add_task(what, total=size, done=0, rate=0.0)

        def tell(done: int, read: int) -> None:
            shown.update(task, completed=read, done=done, rate=done / max(time.monotonic() - begun, 1e-6))

        yield tell
