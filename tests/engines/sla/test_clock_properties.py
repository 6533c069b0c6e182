"""A clock against an oracle that counts minutes, looked at more or less often."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from engines.calendar.model import Calendar
from engines.sla.clock import State
from engines.sla.model import Look, time_of
from tests.engines.sla.test_clock import HOUR, OFFICE, START, seen, told

states = st.sampled_from(["new", "wait", "done"])
histories = st.lists(st.tuples(st.integers(1, 900), states), max_size=8)


def looks_of(history: list[tuple[int, str]]) -> list[Look]:
    """A look when the order came, and one after each pause of so many minutes."""
    at, found = timedelta(0), [seen(0 * HOUR)]
    for minutes, status in history:
        at += timedelta(minutes=minutes)
        found.append(seen(at, status))
    return found


@settings(max_examples=80)
@given(histories, st.sampled_from([None, OFFICE]))
def test_clock_counts_the_minutes_in_which_it_should_run(
    history: list[tuple[int, str]], calendar: Calendar | None
) -> None:
    looks = looks_of(history)
    end = looks[-1].at + 3 * HOUR

    clock = told(*looks, calendar=calendar)

    minutes = int((end - START) / timedelta(minutes=1))
    runs = [
        _running(looks, START + timedelta(minutes=number), calendar) for number in range(minutes)
    ]
    assert clock.elapsed(time_of(calendar), end) == timedelta(minutes=sum(runs))


def _running(looks: list[Look], moment: datetime, calendar: Calendar | None) -> bool:
    last = [look for look in looks if look.at <= moment][-1]
    return not last.stops and not last.pauses and (calendar is None or calendar.is_open(moment))


@settings(max_examples=80)
@given(histories, st.lists(st.integers(0, 5_000), max_size=6))
def test_looking_more_often_changes_nothing(
    history: list[tuple[int, str]], extra: list[int]
) -> None:
    looks = looks_of(history)
    moments = [START + timedelta(minutes=number) for number in extra]
    more = [replace([one for one in looks if one.at <= at][-1], at=at) for at in moments]
    often = sorted([*looks, *more], key=lambda look: look.at)

    assert told(*often) == replace(told(*looks), reached=told(*often).reached)
    assert set(told(*looks).reached) <= set(told(*often).reached)


@settings(max_examples=100)
@given(histories)
def test_due_time_is_when_nothing_is_left(history: list[tuple[int, str]]) -> None:
    clock = told(*looks_of(history), calendar=OFFICE)
    running = clock.state is State.RUNNING and clock.spent < clock.within

    left = clock.left(OFFICE, clock.due_at) if running and clock.due_at else timedelta(0)

    assert left == timedelta(0)
