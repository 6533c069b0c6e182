"""Turns: few threads run, who waits gives its turn away, and nobody waits for one for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from runtime.turns import Places, Turns

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
        while turns._places.waiting == 0:
            pass
        order.append("other")
    thread.join(PATIENT)

    assert order == ["other", "back"]


def test_a_turn_held_by_something_long_stops_nobody_for_long() -> None:
    turns, is_over = Turns(1, 0.01), threading.Event()
    ran: list[int] = []

    def hold() -> None:
        with turns.taken():
            assert is_over.wait(PATIENT)

    holding = started(hold)
    while turns._places.take_free():
        turns._places.leave()
    for number in range(3):
        with turns.taken(), turns.away():
            ran.append(number)
    is_over.set()
    holding.join(PATIENT)

    assert ran == [0, 1, 2]
    assert turns._places.take_free()  # the one turn came back, and only that one
    assert not turns._places.take_free()


def test_a_thread_without_a_turn_goes_away_and_comes_back_without_one() -> None:
    turns = Turns(1, PATIENT)

    with turns.away():
        assert turns._places.take_free()

    assert turns._places.waiting == 0


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
    assert turns._places.take_free()


def test_a_place_that_is_not_free_in_time_is_not_taken() -> None:
    places = Places(1)
    assert places.take()

    assert not places.take(within_s=0.001)
    places.leave()

    assert places.take_free()
    assert places.waiting == 0
