"""Turns: few threads run, who waits gives its turn away, and nobody waits for one for ever.

Over 300 lines because what is said of one class is told in one place.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from runtime.turns import Places, Turns, Waiting, waiting_here
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


def test_who_works_for_all_goes_when_nobody_else_can() -> None:
    turns = Turns(1, PATIENT)
    order: list[int | str] = []
    turns.open(4)

    def work() -> None:
        turns.take_last()
        order.append("for all")
        turns.give_away()

    def come(number: int) -> None:
        with turns.taken():
            order.append(number)

    with turns.taken():
        threads = [started(work)]
        wait_until(lambda: turns.waiting == 1)
        for number in range(2):
            threads.append(started(partial(come, number)))
            wait_until(lambda waiting=number + 2: turns.waiting == waiting)  # type: ignore[misc]
    for thread in threads:
        thread.join(PATIENT)

    assert order == [0, 1, "for all"]
    assert turns.free == (1, 4)


def test_who_works_for_all_goes_although_others_come_again_and_again() -> None:
    turns, is_done = Turns(1, 0.01), threading.Event()
    turns.open(4)

    def work() -> None:
        turns.take_last()
        is_done.set()
        turns.give_away()

    def come_again() -> None:
        while not is_done.is_set():
            with turns.taken():
                pass

    coming = [started(come_again) for _ in range(4)]
    working = started(work)
    came = is_done.wait(PATIENT)
    is_done.set()
    for thread in (*coming, working):
        thread.join(PATIENT)

    assert came
    assert turns.free == (1, 4)


def test_who_is_told_to_go_on_does_so_in_that_order_each_with_a_turn() -> None:
    turns, order = Turns(1, PATIENT), []
    turns.open(3)
    told: list[Waiting] = []

    def act(number: int) -> None:
        with turns.taken():
            mine = waiting_here()
            told.append(mine)
            assert turns.give_away()
            turns.wait(mine)
            order.append((number, turns.has_one()))

    acting = []
    for number in range(3):
        acting.append(started(partial(act, number)))
        wait_until(lambda waiting=number + 1: len(told) == waiting)  # type: ignore[misc]
    wait_until(lambda: turns.free == (1, 0))
    turns.go_on(told)
    for thread in acting:
        thread.join(PATIENT)

    assert order == [(0, True), (1, True), (2, True)]
    assert turns.free == (1, 3)


def test_who_has_a_turn_and_takes_one_again_has_one() -> None:
    turns = Turns(1, PATIENT)

    with turns.taken():
        turns.take_again()
        assert (turns.has_one(), turns.free) == (True, (0, 0))

    assert turns.free == (1, 1)


def test_a_lost_turn_is_not_given_back_twice() -> None:
    turns, is_over = Turns(1, 0.01), threading.Event()
    turns.open(2)
    had: list[bool] = []

    def hold() -> None:
        with turns.taken():
            assert is_over.wait(PATIENT)
            had.append(turns.give_away())

    holding = started(hold)
    wait_until(lambda: turns.free[0] == 0)
    with turns.taken():
        is_over.set()
        holding.join(PATIENT)
        assert (had, turns.free) == ([False], (0, 1))

    assert turns.free == (1, 2)


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
