"""Calling by HTTP, for every client: our own, Stripe's library, Microsoft's (all of them speak `requests`).

Connections go by `sockets.connect`; redirects are not followed, as they would lead wherever the other side likes.
A proxy of the environment (`HTTPS_PROXY`) is what is connected to then, and looks at addresses itself.
"""

from __future__ import annotations

import socket
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from billing.outgoing import sockets


class NotConnected(requests.ConnectionError):
    """The address may not be called: nothing was sent."""


class _Refused(NewConnectionError):
    """As urllib3 knows it, so that it ends a request as any other failure to connect does."""


class _Looking:
    """In place of urllib3's own look-up and connection; TLS and its host name come after it, as they did."""

    def _new_conn(self: Any) -> socket.socket:
        try:
            return sockets.connect(
                self._dns_host,
                self.port,
                self.timeout,
                source_address=self.source_address,
                options=self.socket_options,
            )
        except sockets.AddressRefused as error:
            raise _Refused(self, str(error)) from error
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "connect timeout") from error
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error


class _Plain(_Looking, HTTPConnection):
    pass


class _Secure(_Looking, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


_POOLS = {"http": _PlainPool, "https": _SecurePool}


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **rest: Any) -> None:
        """With our connections."""
        super().init_poolmanager(*args, **rest)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **rest: Any) -> Any:
        """With our connections to the proxy."""
        manager = super().proxy_manager_for(*args, **rest)
        manager.pool_classes_by_scheme = _POOLS
        return manager


class Session(requests.Session):
    """A session of `requests` whose every call is looked at and none redirected."""

    def __init__(self) -> None:
        super().__init__()
        self.mount("http://", _Adapter())
        self.mount("https://", _Adapter())

    def send(self, request: requests.PreparedRequest, **rest: Any) -> requests.Response:
        """As in `requests`: every other call comes to this one.

        Raises:
            NotConnected: the address may not be called.
            requests.RequestException: as there.
        """
        try:
            return super().send(request, **rest | {"allow_redirects": False})
        except requests.ConnectionError as error:
            if isinstance(getattr(error.args[0] if error.args else None, "reason", None), _Refused):
                raise NotConnected("an address that may not be called", request=request) from error
            raise


def request(method: str, url: str, *, timeout: float | tuple[float, float], **rest: Any) -> requests.Response:
    """One call, on a connection of its own. `timeout`: seconds to connect, and between two bytes of the answer.

    Raises:
        NotConnected, requests.RequestException: as `Session.send`.
    """
    with Session() as session:
        return session.request(method, url, timeout=timeout, **rest)
