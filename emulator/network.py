"""The network is refused: while it is, no socket of this process reaches another machine."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch


class NetworkRefused(OSError):
    """Something wanted to leave this machine."""


@contextmanager
def refused() -> Iterator[None]:
    """Refuse connections and name look-ups that leave this machine; loopback and local sockets stay open.

    Inside, such an attempt raises `NetworkRefused`, which the standard library reports as it reports a network that
    is down. What was connected before keeps its connection.
    """
    connect, connect_ex, sendto = socket.socket.connect, socket.socket.connect_ex, socket.socket.sendto
    getaddrinfo = socket.getaddrinfo

    def local_connect(self: socket.socket, address: Any) -> None:
        _check(self.family, address)
        connect(self, address)

    def local_connect_ex(self: socket.socket, address: Any) -> int:
        _check(self.family, address)
        return connect_ex(self, address)

    def local_sendto(self: socket.socket, data: Any, *flags_and_address: Any) -> int:
        _check(self.family, flags_and_address[-1])
        return sendto(self, data, *flags_and_address)

    def local_getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        _check(socket.AF_INET, (host,))
        return getaddrinfo(host, *arguments, **options)

    with (
        patch.object(socket.socket, "connect", local_connect),
        patch.object(socket.socket, "connect_ex", local_connect_ex),
        patch.object(socket.socket, "sendto", local_sendto),
        patch.object(socket, "getaddrinfo", local_getaddrinfo),
    ):
        yield


def _check(family: int, address: Any) -> None:
    if family in (socket.AF_INET, socket.AF_INET6) and not _is_local(address[0]):
        raise NetworkRefused(f"connection to {address[0]} refused: nothing leaves this machine")


def _is_local(host: Any) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
