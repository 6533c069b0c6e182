"""The turnstile before Flask: one place cannot take everybody's turn, and headers do not lie."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

import pytest
from werkzeug.test import Client, EnvironBuilder

from runtime.adapters.clock import SettableClock
from runtime.web.limits import CLIENT, KNOWN, Limits, Rate, Turnstile, client_address

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def answer_all(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """An application that knows the token `good`."""
    if environ.get("HTTP_AUTHORIZATION") == "Bearer good":
        environ[KNOWN]()
    start("200 OK", [])
    return [environ[CLIENT].encode()]


def a_turnstile(clock: SettableClock, **limits: Any) -> Client:
    few = Limits(stranger=Rate(1, 3), known=Rate(10, 20), **limits)
    return Client(Turnstile(answer_all, clock, few, ["10.0.0.0/8"]))


def test_one_address_is_refused_after_its_burst_and_let_in_later() -> None:
    clock = SettableClock(NOW)
    client = a_turnstile(clock)

    burst = [client.get("/").status_code for _ in range(4)]
    clock.advance(_seconds(2))
    later = [client.get("/").status_code for _ in range(3)]

    assert burst == [200, 200, 200, 429]
    assert later == [200, 200, 429]


def test_other_addresses_are_not_touched() -> None:
    client = a_turnstile(SettableClock(NOW))
    for _ in range(5):
        client.get("/", environ_base={"REMOTE_ADDR": "192.0.2.1"})

    answer = client.get("/", environ_base={"REMOTE_ADDR": "192.0.2.2"})

    assert answer.status_code == 200


def test_a_token_once_known_has_a_count_of_its_own() -> None:
    client = a_turnstile(SettableClock(NOW))
    good = {"Authorization": "Bearer good"}
    client.get("/", headers=good)

    mine = [client.get("/", headers=good).status_code for _ in range(10)]
    guessed = [
        client.get("/", headers={"Authorization": f"Bearer {n}"}).status_code for n in range(5)
    ]

    assert mine == [200] * 10
    assert guessed[-1] == 429


def test_too_large_a_body_is_refused_unread() -> None:
    client = a_turnstile(SettableClock(NOW), max_body_bytes=10)

    answer = client.post("/", data=b"x" * 11)

    assert answer.status_code == 413


@pytest.mark.parametrize("length", ["-1", "ten", "1" * 20, "٣"])
def test_a_length_that_is_none_is_refused(length: str) -> None:
    client = a_turnstile(SettableClock(NOW))

    assert client.post("/", environ_overrides={"CONTENT_LENGTH": length}).status_code == 413


@pytest.mark.parametrize(
    ("remote", "forwarded", "expected"),
    [
        pytest.param("192.0.2.1", "203.0.113.9", "192.0.2.1", id="no proxy of ours"),
        pytest.param("10.1.1.1", "203.0.113.9", "203.0.113.9", id="behind our proxy"),
        pytest.param("10.1.1.1", "1.2.3.4, 203.0.113.9", "203.0.113.9", id="forged first hop"),
        pytest.param("10.1.1.1", "203.0.113.9, 10.2.2.2", "203.0.113.9", id="two proxies"),
        pytest.param("10.1.1.1", "nonsense", "10.1.1.1", id="nonsense"),
        pytest.param("10.1.1.1", "", "10.1.1.1", id="nothing"),
        pytest.param("10.1.1.1", "2001:db8::1", "2001:db8::1", id="ipv6"),
    ],
)
def test_the_client_is_the_nearest_that_is_no_proxy_of_ours(
    remote: str, forwarded: str, expected: str
) -> None:
    environ = EnvironBuilder(
        headers={"X-Forwarded-For": forwarded} if forwarded else {},
        environ_base={"REMOTE_ADDR": remote},
    ).get_environ()

    assert client_address(environ, (ip_network("10.0.0.0/8"),)) == expected


def _seconds(amount: int) -> Any:
    from datetime import timedelta

    return timedelta(seconds=amount)
