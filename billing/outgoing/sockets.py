"""Connecting to a host by an address that was looked at: no second look-up could lead elsewhere (DNS rebinding)."""

from __future__ import annotations

import socket
from functools import lru_cache
from ipaddress import ip_address
from typing import Any

import structlog
from urllib3.util.connection import create_connection

from billing.config import settings
from billing.outgoing.addresses import Policy

log = structlog.get_logger()


class AddressRefused(OSError):
    """The host leads to an address that may not be called; nothing was sent there."""


@lru_cache(maxsize=1)
def policy() -> Policy:
    """This process's."""
    told = settings()
    return Policy.of(production=told.mode == "production", private_hosts=told.outgoing_private_hosts)


def connect(
    host: str,
    port: int,
    timeout: Any,
    *,
    source_address: tuple[str, int] | None = None,
    options: list[Any] | None = None,
) -> socket.socket:
    """A connection to the first of its addresses that takes one. `timeout`: seconds for each.

    Raises:
        AddressRefused: one of its addresses may not be called; none was.
        OSError: it has no address, or none takes a connection.
    """
    failed: OSError = OSError(f"{host} has no address")
    for address in _looked_at(host, port):
        try:
            return create_connection((address, port), timeout, source_address, options)
        except OSError as error:
            failed = error
    raise failed


def _looked_at(host: str, port: int) -> list[str]:
    """Its addresses as numbers: whatever they are written as (`2130706433`, `0177.1`), they are judged as resolved."""
    found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not all(policy().allows(host, ip_address(address)) for address in addresses):
        log.warning("outgoing address refused", host=host, setting="OUTGOING_PRIVATE_HOSTS")
        raise AddressRefused("an address that may not be called")
    return addresses
