"""Settings of running as several processes: what they share, how often callers may call, how much one takes on."""

from __future__ import annotations

import ipaddress
from typing import Annotated

from pydantic import AliasChoices, Field, field_validator
from pydantic_settings import BaseSettings, NoDecode

from billing.errors import SettingInvalid
from billing.setting_lists import listed

_SCHEMES = {
    "redis_url": ("redis://", "rediss://"),
    "amqp_url": ("amqp://", "amqps://"),
}


class ScalingSettings(BaseSettings):
    """What a server shares with others and what it takes on. Limits are calls a minute; 0 is no limit."""

    redis_url: str | None = None
    """Locks and limits of all processes; without it, limits are each process's own."""
    amqp_url: str | None = None
    """Where events of turns are published; without it, nowhere."""
    amqp_queue: str = Field(default="billing-assistant.turns", min_length=1, max_length=255)
    """The queue of these events: installations that share a broker each have their own."""
    workers: int | None = Field(
        default=None, ge=1, le=64, validation_alias=AliasChoices("workers", "WORKERS", "WEB_CONCURRENCY")
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    """Whose X-Forwarded-For is believed: addresses or networks."""
    rate_address: int = Field(default=1200, ge=0)
    rate_account: int = Field(default=600, ge=0)
    rate_conversation: int = Field(default=120, ge=0)
    rate_webhook: int = Field(default=6000, ge=0)
    rate_operator: int = Field(default=600, ge=0)
    turns_at_once: int = Field(default=8, ge=1, le=1000)
    turns_waiting: int = Field(default=64, ge=0, le=10_000)
    turn_patience_seconds: float = Field(default=4.0, gt=0, le=120)
    """How long a turn waits for its place; one that would wait for longer is turned away when it comes."""

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _apart(cls, proxies: object) -> object:
        """`10.0.0.5 10.1.0.0/16`, separated by spaces or commas."""
        return listed(proxies)

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        """A name or `*` would let any caller say who they are."""
        for proxy in proxies:
            try:
                ipaddress.ip_network(proxy)
            except ValueError:
                raise SettingInvalid(f"TRUSTED_PROXIES: {proxy} is no address or network like 10.0.0.0/8") from None
        return proxies

    @field_validator("redis_url", "amqp_url")
    @classmethod
    def _addresses(cls, url: str | None, info: object) -> str | None:
        """The value is not repeated: a password may stand in it."""
        name = str(getattr(info, "field_name", ""))
        if url and not url.startswith(_SCHEMES[name]):
            raise SettingInvalid(f"{name.upper()}: begins with {' or '.join(_SCHEMES[name])}")
        return url or None

    def require_sharing(self, *, in_a_file: bool) -> None:
        """Refuse several processes that do not know of each other's turns.

        Raises:
            SettingInvalid: more than one worker, conversations on a database server, and no Redis. Those in a file are
                of one machine, whose kernel keeps turns apart; for rate limits each worker counts by itself then.
        """
        if (self.workers or 1) > 1 and not self.redis_url and not in_a_file:
            raise SettingInvalid(
                "WORKERS: more than one on a database server needs REDIS_URL, by which the turns of one conversation "
                "wait for each other"
            )
