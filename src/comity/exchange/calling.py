"""Calls to programs elsewhere: one POST to an address that somebody gave, and the code it answered with.

The address is somebody's; the network we stand in is ours. So a name is looked up once, every address it has must be public,
and the connection goes to the very address that was looked at. Nothing is followed, little is read, and a clock ends it.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from urllib.parse import SplitResult, urlsplit

PATIENCE = 10.0
MOST_READ = 64 * 1024
# What leads from a public address into a network that is not: carried IPv4 (NAT64, 6to4, Teredo).
CARRIERS = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotToBeCalled(ValueError):
    """An address that is not called, and why."""


@dataclass(frozen=True)
class Answer:
    """The code of an answer; without one, why there was none."""

    code: int | None
    words: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether whoever was called took it."""
        return self.code is not None and 200 <= self.code < 300


def read(address: str, *, loopback: bool = False) -> SplitResult:
    """The parts of an address that might be called: https, a host, no name and password in it.

    Args:
        loopback: whether this machine may be called, for trying things out; it may go without TLS.

    Raises:
        NotToBeCalled: it is no such address.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise NotToBeCalled("not an address") from None
    here = loopback and host in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "https" and not (here and parts.scheme == "http"):
        raise NotToBeCalled("not https")
    if not host or port == 0 or not address.isascii() or not address.isprintable() or " " in address:
        raise NotToBeCalled("not an address")
    if parts.username is not None or parts.password is not None:
        raise NotToBeCalled("a name or a password in it")
    return parts


def is_public(found: Address) -> bool:
    """Whether an address lies in the open network: not private, not this machine, not a way round into either."""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(found.ipv4_mapped)
        if any(found in carrier for carrier in CARRIERS):
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def looked_up(host: str, port: int, *, loopback: bool = False) -> str:
    """The one address to connect to; every address of the name must be one that may be called.

    Raises:
        NotToBeCalled: the name has no address, or one that is not public.
    """
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotToBeCalled("no such host") from None
    found = [ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in rows]
    if not found or not all(is_public(one) or (loopback and one.is_loopback) for one in found):
        raise NotToBeCalled("not a public address")
    return str(found[0])


def call(address: str, body: bytes, headers: Mapping[str, str], *, loopback: bool = False, patience: float = PATIENCE) -> Answer:
    """Post something to an address; whatever goes wrong is told, nothing is raised."""
    try:
        parts = read(address, loopback=loopback)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        line = _line(parts, port, looked_up(parts.hostname or "", port, loopback=loopback), patience)
    except NotToBeCalled as why:
        return Answer(None, str(why))
    # A timeout counts from byte to byte; this one ends the call even if a byte drips in now and then.
    clock = Timer(patience, _cut, [line])
    clock.daemon = True
    try:
        clock.start()
        line.request("POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, dict(headers))
        answer = line.getresponse()
        answer.read(MOST_READ)
        return Answer(answer.status, "")
    except (OSError, http.client.HTTPException) as fault:
        return Answer(None, f"{type(fault).__name__}: {fault}"[:200])
    finally:
        clock.cancel()
        line.close()


class _Sealed(http.client.HTTPSConnection):
    """A connection to an address that was looked at before; the certificate must be the host's."""

    def __init__(self, host: str, port: int, found: str, patience: float) -> None:
        self._sealing = ssl.create_default_context()
        self._found = found
        super().__init__(host, port, timeout=patience, context=self._sealing)

    def connect(self) -> None:
        """Connect there, and nowhere else."""
        plain = socket.create_connection((self._found, self.port), self.timeout)
        self.sock = self._sealing.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock.do_handshake()


def _line(parts: SplitResult, port: int, found: str, patience: float) -> http.client.HTTPConnection:
    if parts.scheme == "https":
        return _Sealed(parts.hostname or "", port, found, patience)
    return http.client.HTTPConnection(found, port, timeout=patience)


def _cut(line: http.client.HTTPConnection) -> None:
    """End a connection from outside."""
    if line.sock is not None:
        with suppress(OSError):
            line.sock.shutdown(socket.SHUT_RDWR)
