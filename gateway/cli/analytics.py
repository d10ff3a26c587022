"""`analytics`: count the events of turns, and show the counts."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from billing.config import settings
from billing.errors import SettingMissing
from gateway.cli.output import Json, print_rows, refusals

if TYPE_CHECKING:
    from gateway.analytics.service import Analytics

app = typer.Typer(help="Turns by day, topic, language and outcome, counted from their events.", no_args_is_help=True)

_COLUMNS: dict[str, Callable[[Any], object]] = {
    "day": lambda r: r.day,
    "topic": lambda r: r.topic,
    "language": lambda r: r.language,
    "outcome": lambda r: r.outcome,
    "turns": lambda r: r.turns,
}


@app.command()
def consume() -> None:
    """Count events of the broker (AMQP_URL) until SIGTERM. Any number may run; each event counts once."""
    with refusals():
        url = settings().amqp_url
        if url is None:
            raise SettingMissing("AMQP_URL")
        asyncio.run(_consume(url, settings().amqp_queue, _analytics()))


@app.command()
def show(
    since: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day (UTC); 27 days before --to.")
    ] = None,
    until: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day; today.")] = None,
    as_json: Json = False,
) -> None:
    """What was counted."""
    last = (until or datetime.now(UTC)).date()
    first = since.date() if since else last - timedelta(days=27)
    with refusals():
        print_rows([*_analytics().counts(first, last)], _COLUMNS, as_json)


async def _consume(url: str, queue: str, analytics: Analytics) -> None:
    from gateway.analytics import broker

    stopping = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stopping.set)

    async def count(event: dict[str, Any]) -> None:
        await asyncio.to_thread(analytics.count, event)

    await broker.consume(url, count, stopping, queue)


def _analytics() -> Analytics:
    from billing.api import default_billing
    from gateway import migrations
    from gateway.analytics.service import Analytics

    billing = default_billing()
    migrations.upgrade(billing.database.engine)
    return Analytics(billing.database)
