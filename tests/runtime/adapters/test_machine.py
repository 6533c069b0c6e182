"""Clock, ids, lock, control socket, passwords."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from engines.errors import NotAllowed
from runtime.adapters.clock import SettableClock, SystemClock
from runtime.adapters.control import ControlServer, NobodyListens, RemoteError, ask
from runtime.adapters.ids import CountedIds, RandomIds
from runtime.adapters.lock import DirectoryInUse, DirectoryLock
from runtime.adapters.passwords import AT_ONCE, NOBODY, Passwords
from runtime.turns import Turns
from tests.support.waiting import PATIENCE_S, wait_until

START = datetime(2026, 3, 1, tzinfo=UTC)
UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def test_a_settable_clock_moves_only_when_it_is_moved() -> None:
    clock = SettableClock(START)

    clock.advance(timedelta(hours=2))

    assert clock.now() == START + timedelta(hours=2)
    assert clock.monotonic_s() == 7_200
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(timedelta(seconds=-1))


def test_the_system_clock_tells_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_ids_are_uuids_that_rise_even_when_the_clock_stands() -> None:
    ids = RandomIds(SettableClock(START))

    made = [ids.new() for _ in range(10_000)]

    assert made == sorted(set(made))
    assert all(UUID7.fullmatch(one) for one in made)


def test_ids_made_many_at_once_rise_with_those_made_alone() -> None:
    ids = RandomIds(SettableClock(START))

    made = [ids.new(), *ids.many(3_000), ids.new(), *ids.many(0), *ids.many(1)]

    assert made == sorted(set(made))
    assert len(made) == 3_003
    assert all(UUID7.fullmatch(one) for one in made)


def test_ids_made_by_many_threads_differ() -> None:
    ids = RandomIds(SystemClock())

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: ids.new(), range(5_000)))

    assert len(set(made)) == 5_000


def test_later_ids_sort_behind_earlier_ones() -> None:
    clock = SettableClock(START)
    ids = RandomIds(clock)
    first = ids.new()

    clock.advance(timedelta(days=400))

    assert ids.new() > first


def test_a_token_has_256_bits_of_url_text() -> None:
    assert re.fullmatch(r"[\w-]{43}", RandomIds(SystemClock()).token())


def test_only_one_process_holds_the_directory(tmp_path: Path) -> None:
    with DirectoryLock.taken(tmp_path), pytest.raises(DirectoryInUse) as refusal:
        DirectoryLock.taken(tmp_path)

    assert str(tmp_path) in str(refusal.value)
    assert refusal.value.pid is not None
    DirectoryLock.taken(tmp_path).release()


def test_a_served_operation_answers_over_the_socket(tmp_path: Path) -> None:
    server = ControlServer(tmp_path, lambda name, payload: {"name": name, "got": payload})
    server.start()
    try:
        answer = ask(tmp_path, "records.import", {"rows": [1, "退"]})
        mode = (tmp_path / "dougong.sock").stat().st_mode & 0o777
    finally:
        server.close()

    assert answer == {"name": "records.import", "got": {"rows": [1, "退"]}}
    assert mode == 0o600


def test_a_refusal_comes_back_as_a_refusal(tmp_path: Path) -> None:
    def refuse(_: str, payload: Any) -> Any:
        raise NotAllowed(f"not {payload}")

    server = ControlServer(tmp_path, refuse)
    server.start()
    try:
        with pytest.raises(RemoteError, match="not you") as refusal:
            ask(tmp_path, "anything", "you")
    finally:
        server.close()

    assert refusal.value.kind == "NotAllowed"


def test_without_a_server_nobody_listens(tmp_path: Path) -> None:
    with pytest.raises(NobodyListens):
        ask(tmp_path, "anything", None)


def test_a_socket_left_by_a_killed_process_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "dougong.sock").touch()
    server = ControlServer(tmp_path, lambda _, payload: payload)
    server.start()

    try:
        assert ask(tmp_path, "echo", 1) == 1
    finally:
        server.close()


def test_many_messages_are_answered_at_once(tmp_path: Path) -> None:
    together = threading.Barrier(4, timeout=60)

    def wait_for_all(_: str, payload: Any) -> Any:
        together.wait()
        return payload

    server = ControlServer(tmp_path, wait_for_all)
    server.start()
    try:
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda one: ask(tmp_path, "echo", one), range(4)))
    finally:
        server.close()

    assert answers == [0, 1, 2, 3]


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords()


def test_a_password_verifies_against_its_own_hash_only(passwords: Passwords) -> None:
    hashed = passwords.hash("correct horse 退款")

    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.verify(hashed, "correct horse 退款")
    assert not passwords.verify(hashed, "correct horse")
    assert not passwords.is_outdated(hashed)


@pytest.mark.parametrize("hashed", ["", "no hash at all"])
def test_nobodys_password_is_never_right(passwords: Passwords, hashed: str) -> None:
    assert not passwords.verify(hashed, "of nobody")


def test_an_unknown_user_costs_as_much_as_a_known_one(passwords: Passwords) -> None:
    with pytest.raises(VerifyMismatchError):  # it was computed and compared, not merely refused
        PasswordHasher().verify(NOBODY, "any")

    assert not passwords.is_outdated(NOBODY)


def test_others_run_while_a_password_is_hashed() -> None:
    turns = Turns(1, PATIENCE_S)
    turns.open(2)

    def act() -> None:
        with turns.taken():
            pass

    other = threading.Thread(target=act)
    with turns.taken():
        other.start()
        wait_until(lambda: turns.waiting == 1)
        Passwords(turns).hash("correct horse 退款")
        assert turns.waiting == 0

    other.join()


def test_a_storm_of_sign_ins_is_hashed_two_at_a_time(passwords: Passwords) -> None:
    hashed = passwords.hash("x")

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: passwords.verify(hashed, "x"), range(6)))

    assert answers == [True] * 6
    assert passwords._at_once._initial_value == AT_ONCE  # type: ignore[attr-defined]


def test_counted_ids_come_again_for_the_same_step_and_rise() -> None:
    ids = CountedIds(SettableClock(START))

    ids.begin(1)
    first = [ids.new(), ids.new()]
    ids.begin(1)
    again = [ids.new(), ids.new()]
    ids.begin(2)

    assert again == first
    assert first[0] < first[1] < ids.new()
