"""Refuse abuse before Flask: too many requests from one place, and bodies that are too large.

Counts are per process and forgotten on restart; limits that must hold, of sign-in attempts, are in
the database (`runtime/accounts.py`).
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from runtime.ports import Clock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CLIENT = "dougong.client"  # key of the environ: the address a request really comes from
KNOWN = "dougong.known"  # key of the environ: say that this request's token is good
SESSION_COOKIES = ("__Host-dougong", "dougong")

_TOO_MANY = (
    b'{"error":{"code":"too_many_requests","message":"Too many requests. Try again in a few '
    b'seconds.","problems":[]}}'
)
_TOO_LARGE = b'{"error":{"code":"too_large","message":"This is too large.","problems":[]}}'


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests a second for long, and so many at once."""

    per_second: float
    burst: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What one place may ask for. Signed-in people and API tokens are counted apart by token."""

    stranger: Rate = Rate(50, 300)
    known: Rate = Rate(5_000, 10_000)
    remembered: int = 20_000
    max_body_bytes: int = 64 * 1024 * 1024


class Buckets:
    """Token buckets by key, the least recently used forgotten first."""

    def __init__(self, rate: Rate, remembered: int) -> None:
        self._rate = rate
        self._remembered = remembered
        self._by_key: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, now_s: float) -> bool:
        """Whether `key` may make one more request now."""
        left, at = self._by_key.get(key, (self._rate.burst, now_s))
        left = min(self._rate.burst, left + (now_s - at) * self._rate.per_second)
        is_allowed = left >= 1
        self._by_key[key] = (left - 1 if is_allowed else left, now_s)
        self._by_key.move_to_end(key)
        if len(self._by_key) > self._remembered:
            self._by_key.popitem(last=False)
        return is_allowed


class Turnstile:
    """WSGI middleware in front of Flask. Costs some microseconds a request."""

    def __init__(
        self, app: WSGIApplication, clock: Clock, limits: Limits, trusted_proxies: Iterable[str]
    ) -> None:
        self._app = app
        self._clock = clock
        self._limits = limits
        self._proxies = tuple(ipaddress.ip_network(one, strict=False) for one in trusted_proxies)
        self._strangers = Buckets(limits.stranger, limits.remembered)
        self._known_buckets = Buckets(limits.known, limits.remembered)
        self._known: OrderedDict[str, None] = OrderedDict()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[CLIENT] = client_address(environ, self._proxies)
        token = _token_key(environ)
        if not self._may_pass(environ[CLIENT], token):
            return _refuse(start_response, "429 Too Many Requests", _TOO_MANY)
        if _body_bytes(environ) > self._limits.max_body_bytes:
            return _refuse(start_response, "413 Content Too Large", _TOO_LARGE)
        environ[KNOWN] = partial(self._remember, token)
        return self._app(environ, start_response)

    def _may_pass(self, address: str, token: str) -> bool:
        now_s = self._clock.monotonic_s()
        if token and token in self._known:
            return self._known_buckets.take(token, now_s)
        return self._strangers.take(address, now_s)

    def _remember(self, token: str) -> None:
        if not token:
            return
        self._known[token] = None
        self._known.move_to_end(token)
        if len(self._known) > self._limits.remembered:
            self._known.popitem(last=False)


def client_address(environ: WSGIEnvironment, proxies: tuple[Any, ...]) -> str:
    """The nearest address that is no proxy of ours; a header from elsewhere is not believed."""
    address = str(environ.get("REMOTE_ADDR") or "")
    if not proxies:
        return address
    hops = [hop.strip() for hop in environ.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    while hops and _is_in(address, proxies):
        hop = hops.pop()
        if not _is_address(hop):
            return address
        address = hop
    return address


def _is_in(address: str, networks: tuple[Any, ...]) -> bool:
    if not _is_address(address):
        return False
    return any(ipaddress.ip_address(address) in network for network in networks)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _token_key(environ: WSGIEnvironment) -> str:
    """The cookie or bearer token of a request, hashed: memory must not hold what opens doors."""
    bearer = environ.get("HTTP_AUTHORIZATION", "")
    token = bearer[7:] if bearer.startswith("Bearer ") else ""
    cookies = environ.get("HTTP_COOKIE")
    for part in cookies.split(";") if cookies else ():
        name, _, value = part.strip().partition("=")
        if name in SESSION_COOKIES:
            token = value
    if not token:
        return ""
    return hashlib.blake2b(token.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _body_bytes(environ: WSGIEnvironment) -> int:
    length = environ.get("CONTENT_LENGTH") or "0"
    # A length that is no number is refused like one that is too large.
    return int(length) if length.isascii() and length.isdigit() and len(length) < 16 else 1 << 62


def _refuse(start_response: StartResponse, status: str, body: bytes) -> list[bytes]:
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-store"),
        ("Retry-After", "5"),
    ]
    start_response(status, headers)
    return [body]
