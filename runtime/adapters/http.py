"""Requests to other programs: public hosts by https, and those inside that the operator named.

Every address a name has is judged, and the connection goes to the one that was judged: what the
name says a moment later does not matter. Redirects are not followed, proxies not asked.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from engines.errors import AppBuilderError
from runtime.ports import CallAnswer, OutgoingCall, Undeliverable

WAIT_S = 10.0  # for all of it
MOST_BYTES = 1_000_000
PORTS = (443, 8443)
_AT_ONCE = 65_536
# public as Python sees them, and yet doors to other networks: translation, tunnels, relays
_DOORS = tuple(
    ip_network(one)
    for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "192.88.99.0/24")
)


class CallFailed(AppBuilderError):
    """Nobody answered, or not in time; trying again may help."""


class GuardedHttp:
    """Calls by http.client; `inside` names hosts, addresses and networks that may be reached."""

    def __init__(
        self,
        inside: Sequence[str] = (),
        *,
        wait_s: float = WAIT_S,
        tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self._wait_s = wait_s
        self._inside = frozenset(one.casefold() for one in inside)
        self._networks = tuple(ip_network(one) for one in inside if _is_network(one))
        self._tls = tls

    def call(self, order: OutgoingCall) -> CallAnswer:
        """The answer, whatever its status."""
        until_s = time.monotonic() + self._wait_s
        parts = urlsplit(order.url)
        try:
            connection = self._connected(parts)
        except OSError as error:
            raise CallFailed(f"{parts.hostname} cannot be reached: {error}") from error
        try:
            target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
            connection.request(order.method, target, order.body, dict(order.headers))
            response = connection.getresponse()
            return CallAnswer(response.status, _body(response, connection, until_s))
        except (OSError, http.client.HTTPException) as error:
            raise CallFailed(f"{parts.hostname} did not answer: {error}") from error
        finally:
            connection.close()

    def _connected(self, parts: SplitResult) -> http.client.HTTPConnection:
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        is_inside = host.casefold() in self._inside
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [ip_address(str(one[4][0]).split("%")[0]) for one in found]
        is_inside = is_inside or all(self._is_named(one) for one in addresses)
        if not is_inside:
            if not all(is_public(one) for one in addresses):
                raise Undeliverable(f"{host} is no public host. Name it in connector_hosts.")
            if parts.scheme != "https" or port not in PORTS:
                raise Undeliverable(f"{host} is called by https at port 443 or 8443 only.")
        line = self._line(addresses, port)
        if parts.scheme == "https":
            try:
                line = self._tls().wrap_socket(line, server_hostname=host)
            except BaseException:
                line.close()
                raise
        connection = http.client.HTTPConnection(host, port, timeout=self._wait_s)
        connection.sock = line
        return connection

    def _line(self, addresses: Sequence[IPv4Address | IPv6Address], port: int) -> socket.socket:
        """To the first of the addresses that listens."""
        for address in addresses[:-1]:
            try:
                return socket.create_connection((str(address), port), self._wait_s)
            except OSError:
                continue
        return socket.create_connection((str(addresses[-1]), port), self._wait_s)

    def _is_named(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self._networks)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address belongs to the public net and leads nowhere else."""
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        return is_public(mapped)
    is_door = any(address in network for network in _DOORS if network.version == address.version)
    return address.is_global and not address.is_multicast and not is_door


def _body(
    response: http.client.HTTPResponse, connection: http.client.HTTPConnection, until_s: float
) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := response.read1(_AT_ONCE):
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            raise Undeliverable("The answer is longer than 1 MB.")
        left_s = until_s - time.monotonic()
        if left_s <= 0:
            raise CallFailed(f"{connection.host} takes too long to answer.")
        if connection.sock is not None:
            connection.sock.settimeout(left_s)
    return b"".join(parts)


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True
