"""RabbitMQ: one durable queue of turns' events. What is published is confirmed, what is taken is acknowledged."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue

log = structlog.get_logger()

QUEUE = "billing-assistant.turns"
_WITHIN = 5.0
_AT_ONCE = 50


async def publish(url: str, events: Iterable[dict[str, Any]], queue: str = QUEUE) -> None:
    """Hand the events over; when this returns the broker has them all on disk.

    Raises:
        Exception: the broker has perhaps some of them: send all again.
    """
    import aio_pika

    async with await aio_pika.connect(url, timeout=_WITHIN) as connection:
        channel = await connection.channel(publisher_confirms=True)
        await _declared(channel, queue)
        for event in events:
            message = aio_pika.Message(
                json.dumps(event).encode(), message_id=event["id"], delivery_mode=aio_pika.DeliveryMode.PERSISTENT
            )
            await channel.default_exchange.publish(message, routing_key=queue, timeout=_WITHIN)


async def consume(
    url: str, count: Callable[[dict[str, Any]], Awaitable[None]], stopping: asyncio.Event, queue: str = QUEUE
) -> None:
    """Take events until told to stop, over restarts of the broker; each is acknowledged once it was counted."""
    import aio_pika

    connection = await aio_pika.connect_robust(url, timeout=_WITHIN, reconnect_interval=1)
    async with connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=_AT_ONCE)

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

        await (await _declared(channel, queue)).consume(take)
        await stopping.wait()


async def _declared(channel: AbstractChannel, queue: str) -> AbstractQueue:
    return await channel.declare_queue(queue, durable=True)
