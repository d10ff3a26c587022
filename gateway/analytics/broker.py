"""RabbitMQ: one durable queue of turns' events. What is published is confirmed, what is taken is acknowledged."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue

log = structlog.get_logger()

_WITHIN = 5.0
_ALL_WITHIN = 30.0
"""Seconds of a whole publication: a broker that is connected and silent holds nobody up for longer."""
_AT_ONCE = 50


async def publish(url: str, events: Iterable[dict[str, Any]], queue: str) -> None:
    """Hand the events over; when this returns the broker has them all on disk.

    Raises:
        Exception: the broker has perhaps some of them: send all again.
    """
    import aio_pika

    async with asyncio.timeout(_ALL_WITHIN), await aio_pika.connect(url, timeout=_WITHIN) as connection:
        channel = await connection.channel(publisher_confirms=True)
        await _declared(channel, queue)
        for event in events:
            message = aio_pika.Message(
                json.dumps(event).encode(), message_id=event["id"], delivery_mode=aio_pika.DeliveryMode.PERSISTENT
            )
            await channel.default_exchange.publish(message, routing_key=queue, timeout=_WITHIN)


async def consume(
    url: str, count: Callable[[dict[str, Any]], Awaitable[None]], stopping: asyncio.Event, queue: str
) -> None:
    """Take events until told to stop; each is acknowledged once it was counted.

    A broker that is away, at the start too, is waited for.
    """
    taking = asyncio.create_task(_take_all(url, count, queue))
    told = asyncio.create_task(stopping.wait())
    await asyncio.wait({taking, told}, return_when=asyncio.FIRST_COMPLETED)
    for task in (taking, told):
        task.cancel()
    with suppress(asyncio.CancelledError):
        await taking


async def _take_all(url: str, count: Callable[[dict[str, Any]], Awaitable[None]], queue: str) -> None:
    async def take(message: AbstractIncomingMessage) -> None:
        try:
            event = json.loads(message.body)
            await count(event)
        except (ValueError, KeyError, TypeError) as error:
            log.warning("an event is not one of ours", error=error)
            await message.reject(requeue=False)
        except Exception as error:  # noqa: BLE001  it comes again
            log.warning("an event was not counted, and comes again", error=error)
            await asyncio.sleep(1)
            await message.nack(requeue=True)
        else:
            await message.ack()

    import aio_pika

    async with await aio_pika.connect_robust(url, timeout=_WITHIN, reconnect_interval=1, fail_fast=False) as connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=_AT_ONCE)
        await (await _declared(channel, queue)).consume(take)
        await asyncio.Event().wait()


async def _declared(channel: AbstractChannel, queue: str) -> AbstractQueue:
    return await channel.declare_queue(queue, durable=True)
