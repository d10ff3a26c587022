"""Which addresses may be called (SSRF): in production none that only this machine or its network can reach."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

_METADATA = frozenset(
    map(ip_address, ("169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254"))
)
"""Where clouds tell a machine its credentials: AWS, Google and Azure; Alibaba; Oracle; Azure's own; AWS by IPv6."""
_GLOBAL = IPv6Network("2000::/3")
"""All that is routed as IPv6 (IANA's registry of global unicast)."""
_NAT64 = IPv6Network("64:ff9b::/96")
"""An IPv4 address in its last 32 bits (RFC 6052)."""


@dataclass(frozen=True, slots=True)
class Policy:
    """`guarded`: only addresses of the internet may be called, and those of the named `hosts`."""

    guarded: bool = True
    hosts: frozenset[str] = field(default=frozenset())

    @classmethod
    def of(cls, *, production: bool, private_hosts: Iterable[str]) -> Policy:
        """Of the settings `MODE` and `OUTGOING_PRIVATE_HOSTS`."""
        return cls(production, frozenset(map(_name, private_hosts)))

    def allows(self, host: str, address: Address) -> bool:
        """Whether that address may be called for the host, as the host is written in a setting."""
        if not self.guarded:
            return True
        meant = embedded(address)
        if meant in _METADATA or meant.is_link_local:
            return False
        return _is_public(meant) or _name(host) in self.hosts


def embedded(address: Address) -> Address:
    """The IPv4 address that an IPv6 address leads to; itself where it is none of those."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _GLOBAL:
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _name(host: str) -> str:
    return host.strip("[]").rstrip(".").casefold()
