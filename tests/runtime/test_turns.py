"""Turns: few threads run, who waits gives its turn away, and nobody waits for one for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from runtime.turns import Places, Turns
from tests.support.waiting import wait_until

PATIENT = 60.0


def started(act: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=act)
    thread.start()
    return thread


def test_no_more_threads_have_a_turn_than_there_are() -> None:
    turns, lock = Turns(2, PATIENT), threading.Lock()
    at_work, most = [0], [0]

    def act(_: int) -> None:
        with turns.taken():
            with lock:
                at_work[0] += 1
                most[0] = max(most[0], at_work[0])
            with lock:
                at_work[0] -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(400)))

    assert most[0] <= 2


def test_who_waits_for_something_else_lets_another_one_have_the_turn() -> None:
    turns, is_away, other = Turns(1, PATIENT), threading.Event(), threading.Event()
    turns.open(2)

    def wait() -> None:
        with turns.taken(), turns.away():
            is_away.set()
            assert other.wait(PATIENT)

    waiting = started(wait)
    assert is_away.wait(PATIENT)
    with turns.taken():
        other.set()
    waiting.join(PATIENT)

    assert not waiting.is_alive()


def test_who_is_back_waits_for_a_turn_again() -> None:
    turns, order = Turns(1, PATIENT), []
    turns.open(2)
    is_away, may_return = threading.Event(), threading.Event()

    def act() -> None:
        with turns.taken():
            with turns.away():
                is_away.set()
                assert may_return.wait(PATIENT)
            order.append("back")

    thread = started(act)
    assert is_away.wait(PATIENT)
    with turns.taken():
        may_return.set()
        wait_until(lambda: turns.waiting == 1)
        order.append("other")
    thread.join(PATIENT)

    assert order == ["other", "back"]


def test_a_turn_held_by_something_long_stops_nobody_for_long() -> None:
    turns, is_over = Turns(1, 0.01), threading.Event()
    turns.open(2)
    ran: list[int] = []

    def hold() -> None:
        with turns.taken():
            assert is_over.wait(PATIENT)

    holding = started(hold)
    wait_until(lambda: turns.free[0] == 0)
    for number in range(3):
        with turns.taken(), turns.away():
            ran.append(number)
    is_over.set()
    holding.join(PATIENT)

    assert ran == [0, 1, 2]
    assert turns.free == (1, 2)


def test_a_thread_without_a_turn_goes_away_and_comes_back_without_one() -> None:
    turns = Turns(1, PATIENT)

    with turns.away():
        assert turns.free == (1, 1)

    assert (turns.free, turns.waiting) == ((1, 1), 0)


@pytest.mark.parametrize("fails", [True, False])
def test_a_turn_comes_back_when_the_work_fails(*, fails: bool) -> None:
    turns = Turns(1, PATIENT)

    def act() -> None:
        with turns.taken(), turns.away():
            if fails:
                raise ValueError("no")

    thread = ThreadPoolExecutor(1)
    error = thread.submit(act).exception()
    thread.shutdown()

    assert isinstance(error, ValueError) is fails
    assert turns.free == (1, 1)


def test_no_more_threads_are_at_work_than_there_are_places() -> None:
    turns, lock = Turns(1, PATIENT), threading.Lock()
    turns.open(3)
    at_work, most = [0], [0]

    def act(_: int) -> None:
        with turns.taken(), turns.away():
            with lock:
                at_work[0] += 1
                most[0] = max(most[0], at_work[0])
            with lock:
                at_work[0] -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(400)))

    assert most[0] <= 3
    assert turns.free == (1, 3)


def test_who_comes_back_goes_before_who_is_new() -> None:
    turns, order = Turns(1, PATIENT), []
    turns.open(2)
    is_away, may_return = threading.Event(), threading.Event()

    def act() -> None:
        with turns.taken():
            with turns.away():
                is_away.set()
                assert may_return.wait(PATIENT)
            order.append("back")

    def come() -> None:
        with turns.taken():
            order.append("new")

    begun = started(act)
    assert is_away.wait(PATIENT)
    with turns.taken():
        new = started(come)
        wait_until(lambda: turns.waiting == 1)
        may_return.set()
        wait_until(lambda: turns.waiting == 2)
    begun.join(PATIENT)
    new.join(PATIENT)

    assert order == ["back", "new"]


def test_the_new_come_to_work_in_the_order_they_asked() -> None:
    turns, order = Turns(1, PATIENT), []

    def come(number: int) -> None:
        with turns.taken():
            order.append(number)

    coming = []
    with turns.taken():
        for number in range(4):
            coming.append(started(partial(come, number)))
            wait_until(lambda waiting=number + 1: turns.waiting == waiting)  # type: ignore[misc]
    for thread in coming:
        thread.join(PATIENT)

    assert order == [0, 1, 2, 3]


def test_somebody_new_waits_for_a_place_however_long_that_takes() -> None:
    turns = Turns(1, 0.001)
    came: list[tuple[int, int]] = []

    def come() -> None:
        with turns.taken():
            came.append(turns.free)

    with turns.taken(), turns.away():
        coming = started(come)
        coming.join(0.05)
        assert came == []
    coming.join(PATIENT)

    assert came == [(0, 0)]


def test_places_are_counted() -> None:
    places = Places(1)

    assert places.take_free()
    assert not places.take_free()
    places.leave()
    assert places.take_free()
