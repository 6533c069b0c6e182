"""Other programs are called where that was allowed, and nowhere else, whatever a name says."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from ipaddress import ip_address

import pytest

from runtime.adapters.http import CallFailed, GuardedHttp, is_public
from runtime.ports import OutgoingCall, Undeliverable
from tests.support.programs import Program, a_program

HERE = ("127.0.0.1",)


@pytest.fixture
def program() -> Iterator[Program]:
    with a_program() as running:
        yield running


def get(url: str) -> OutgoingCall:
    return OutgoingCall("GET", url, {}, None)


@pytest.mark.parametrize("inside", [("127.0.0.1",), ("127.0.0.0/8",), ("LOCALHOST",)])
def test_a_host_that_was_named_is_called(program: Program, inside: tuple[str, ...]) -> None:
    host = "localhost" if inside == ("LOCALHOST",) else "127.0.0.1"
    port = program.server_address[1]
    order = OutgoingCall("PUT", f"http://{host}:{port}/a?b=c", {"X-Key": "k"}, b"body")

    answer = GuardedHttp(inside).call(order)

    (asked,) = program.asked
    assert (answer.status, answer.body) == (200, b"{}")
    assert (asked.method, asked.path, asked.body) == ("PUT", "/a?b=c", b"body")
    assert (asked.headers["x-key"], asked.headers["host"]) == ("k", f"{host}:{port}")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "0.0.0.0", "10.1.2.3", "192.168.1.1", "172.16.0.1",  # noqa: S104
        "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "2130706433", "0x7f.1",
        "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[fe80::1]", "[fc00::1]",
        "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001:0:1::1]",
    ],
)  # fmt: skip
def test_nobody_inside_is_called_unless_named(host: str) -> None:
    with pytest.raises(Undeliverable, match="is no public host"):
        GuardedHttp().call(get(f"https://{host}/"))


@pytest.mark.parametrize("url", ["http://8.8.8.8/", "https://8.8.8.8:22/", "https://8.8.8.8:25/"])
def test_a_public_host_is_called_by_https_at_its_ports_only(url: str) -> None:
    with pytest.raises(Undeliverable, match="by https at port 443"):
        GuardedHttp().call(get(url))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_the_public_net_is_public(address: str) -> None:
    assert is_public(ip_address(address))


def test_a_redirect_is_an_answer_and_is_not_followed(program: Program) -> None:
    program.answers.append((302, b"there"))

    answer = GuardedHttp(HERE).call(get(program.url))

    assert (answer.status, len(program.asked)) == (302, 1)


def test_an_answer_without_end_is_cut(program: Program) -> None:
    program.answers.append((200, b"x" * 1_000_001))

    with pytest.raises(Undeliverable, match="longer than 1 MB"):
        GuardedHttp(HERE).call(get(program.url))


def test_who_does_not_answer_in_time_has_failed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]

        with pytest.raises(CallFailed, match="did not answer"):
            GuardedHttp(HERE, wait_s=0.2).call(get(f"http://127.0.0.1:{port}/"))


def test_who_answers_a_byte_at_a_time_has_failed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as slow:
        thread = threading.Thread(target=_dribble, args=(slow,), daemon=True)
        thread.start()

        with pytest.raises(CallFailed):
            GuardedHttp(HERE, wait_s=0.3).call(get(f"http://127.0.0.1:{slow.getsockname()[1]}/"))

    thread.join()


def _dribble(listening: socket.socket) -> None:
    line, _ = listening.accept()
    with line:
        try:
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while True:
                line.sendall(b"x")
                threading.Event().wait(0.02)
        except OSError:
            return


def test_nobody_listening_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(CallFailed, match="cannot be reached"):
        GuardedHttp(HERE).call(get(f"http://127.0.0.1:{port}/"))
