"""Rounds outlive a turn that fails, and rest until there is something to do."""

from __future__ import annotations

import math
import threading

from runtime.jobs.rounds import Rounds
from tests.support.waiting import wait_until


def test_a_turn_that_fails_is_not_the_last() -> None:
    turns: list[int] = []

    def turn() -> int:
        turns.append(len(turns))
        raise OSError("the store is away")

    rounds = Rounds("test", turn, longest_s=0.001)
    rounds.start()
    wait_until(lambda: len(turns) > 2)
    rounds.stop()

    assert turns[:3] == [0, 1, 2]


def test_a_wake_up_for_nothing_ends_no_rest() -> None:
    turns: list[int] = []
    looked = threading.Semaphore(0)

    def due_in_s() -> float:
        looked.release()
        return math.inf

    rounds = Rounds("test", lambda: turns.append(1) or 0, 3600, due_in_s)
    rounds.start()
    looked.acquire()
    rounds.wake()
    looked.acquire()
    rounds.stop()

    assert turns == [1]


def test_a_wake_up_for_something_due_ends_the_rest() -> None:
    turns: list[int] = []
    due = iter([math.inf, 0.0, math.inf, math.inf])

    rounds = Rounds("test", lambda: turns.append(1) or 0, 3600, lambda: next(due))
    rounds.start()
    wait_until(lambda: len(turns) == 1)
    rounds.wake()
    wait_until(lambda: len(turns) == 2)
    rounds.stop()

    assert turns == [1, 1]
