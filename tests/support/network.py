"""No test talks to anything but this machine.

Own code rather than a plug-in: a swallowed refusal must still fail the test, and child processes are few.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

LOOPBACK_NAMES = {"localhost", "ip6-localhost", "testserver", ""}


class OutsideConnection(RuntimeError):
    """A test tried to reach another machine."""


def is_loopback(host: object) -> bool:
    """Whether this host, as given to a socket call, is this machine."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host is None or host in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(str(host).split("%", maxsplit=1)[0]).is_loopback
    except ValueError:
        return False


@contextmanager
def loopback_only() -> Iterator[list[str]]:
    """Refuses other machines while open; gives the list of refused hosts, which grows as they are tried."""
    refused: list[str] = []

    def check(host: object) -> None:
        if not is_loopback(host):
            refused.append(str(host))
            raise OutsideConnection(f"a test tried to reach {host}")

    def checked_connect(original: Callable[..., Any]) -> Callable[..., Any]:
        def connect(self: socket.socket, address: Any) -> Any:
            if self.family in {socket.AF_INET, socket.AF_INET6}:
                check(address[0])
            return original(self, address)

        return connect

    def getaddrinfo(host: Any, *arguments: Any, **named: Any) -> Any:
        check(host)
        return resolve(host, *arguments, **named)

    resolve = socket.getaddrinfo
    with (
        mock.patch.object(socket.socket, "connect", checked_connect(socket.socket.connect)),
        mock.patch.object(socket.socket, "connect_ex", checked_connect(socket.socket.connect_ex)),
        mock.patch.object(socket, "getaddrinfo", getaddrinfo),
    ):
        yield refused
