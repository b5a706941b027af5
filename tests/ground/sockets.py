"""No connection may leave: anything but loopback and Unix sockets is an error."""

import ipaddress
import socket
from typing import Any


class Outbound(RuntimeError):
    """A test tried to reach something that is not its own server."""


def _is_own(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket
    try:
        return ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        return address[0] == "localhost"


def guard() -> None:
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(self: socket.socket, address: Any) -> None:
        if not _is_own(address):
            raise Outbound(str(address))
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        if not _is_own(address):
            raise Outbound(str(address))
        return connect_ex(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign]
    socket.socket.connect_ex = guarded_ex  # type: ignore[method-assign]
