"""Clocks: what they count, when their steps come due, and that looking often changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engines.app import parse_app
from engines.calendar.model import ALL_HOURS, Calendar
from engines.sla.clock import Clock, State, Times, due_steps, next_at, observed, with_reached
from engines.sla.model import Look, Policy, Reopens, Target, time_of

START = datetime(2026, 3, 2, 8, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
APP = """
format: 1
app: orders
title: Orders
forms:
  order:
    title: Order
    fields:
      status: {type: select, options: {new: New, wait: Waiting, done: Done}}
      size: {type: integer}
      big: {type: checkbox}
  note:
    title: Note
    fields:
      order: {type: link, form: order}
      from_us: {type: checkbox}
calendars:
  office: {week: {mon-fri: ["09:00-12:00", "13:00-18:00"]}}
sla:
  prompt:
    for: order
    when: record.big != true
    targets:
      solution:
        within: 8h
        stops: record.status == 'done'
        pauses: record.status == 'wait'
        steps:
          half: {at: 50%, do: []}
          late: {at: 100%, do: []}
          much_later: {after: 3d, do: []}
      answer:
        within: 2h
        starts_on: {created: note, link: order, when: record.from_us != true}
        stops_on: {created: note, link: order, when: record.from_us}
      by_size: {within_value: hours(record.size), stops: record.status == 'done'}
  by_day:
    for: order
    calendars:
      - {when: record.big, use: office}
    targets:
      solution: {within: 8h, stops: record.status == 'done', reopens: restart}
"""
DEFINITION = parse_app(APP, "orders.yaml")
PROMPT, BY_DAY = DEFINITION.sla.by_id["prompt"], DEFINITION.sla.by_id["by_day"]
OFFICE = DEFINITION.calendars["office"]


def target(name: str, policy: Policy = PROMPT) -> Target:
    return next(one for one in policy.targets if one.id == name)


SOLUTION = target("solution")


def seen(after: timedelta, status: str = "new", **values: Any) -> Look:
    """The solution's look at an order some time after it came."""
    record = {"status": status, "created_at": START, **values}
    return PROMPT.look(SOLUTION, {"record": record}, START + after, frozenset())


def counting(calendar: Calendar | None = None) -> Times:
    """Every clock counts in this calendar."""
    return lambda _: time_of(calendar)


def told(*looks: Look, of: Target = SOLUTION, calendar: Calendar | None = None) -> Clock:
    """The clock after some looks; steps happen when they are due."""
    clock: Clock | None = None
    times = counting(calendar)
    for look in looks:
        if clock is not None:
            clock = with_reached(clock, due_steps(of, clock, times, look.at))
        clock = observed(of, clock, look, times)
    assert clock is not None
    return clock


def test_clock_begins_with_the_record_and_is_due_after_its_time() -> None:
    clock = told(seen(0 * HOUR))

    assert (clock.state, clock.begun_at, clock.due_at) == (
        State.RUNNING,
        START,
        START + 8 * HOUR,
    )


def test_clock_of_a_record_that_was_seen_late_counts_from_its_arrival() -> None:
    clock = told(seen(3 * HOUR))

    assert clock.left(ALL_HOURS, START + 3 * HOUR) == 5 * HOUR


def test_steps_that_were_past_before_a_clock_began_do_not_happen() -> None:
    clock = told(seen(5 * HOUR))

    assert clock.reached == ("half",)
    assert due_steps(SOLUTION, clock, counting(), START + 5 * HOUR) == ()


def test_record_that_is_done_at_once_has_no_clock() -> None:
    assert observed(SOLUTION, None, seen(0 * HOUR, "done"), counting()) is None


def test_record_for_which_the_policy_does_not_hold_has_no_clock() -> None:
    assert observed(SOLUTION, None, seen(0 * HOUR, big=True), counting()) is None


def test_pause_moves_the_due_time() -> None:
    clock = told(seen(0 * HOUR), seen(2 * HOUR, "wait"), seen(7 * HOUR))

    assert clock.due_at == START + 13 * HOUR


def test_paused_clock_has_no_due_time_and_no_next_step() -> None:
    clock = told(seen(0 * HOUR), seen(2 * HOUR, "wait"))

    assert (clock.due_at, next_at(SOLUTION, clock, counting())) == (None, None)
    assert clock.left(ALL_HOURS, START + 99 * HOUR) == 6 * HOUR


def test_clock_that_is_late_stays_late_while_it_is_paused() -> None:
    clock = told(seen(0 * HOUR), seen(9 * HOUR, "wait"))

    assert clock.is_late(START + 9 * HOUR)
    assert clock.due_at == START + 8 * HOUR


@pytest.mark.parametrize(
    ("hours", "is_late"), [(7.99, False), (8, False), (8.01, True)], ids=["before", "at", "after"]
)
def test_promise_is_kept_up_to_the_very_moment(hours: float, is_late: bool) -> None:  # noqa: FBT001
    clock = told(seen(0 * HOUR), seen(hours * HOUR, "done"))

    assert clock.state is State.STOPPED
    assert clock.is_late(START + 999 * HOUR) is is_late


def test_reopened_clock_goes_on_with_what_it_had_counted() -> None:
    clock = told(seen(0 * HOUR), seen(3 * HOUR, "done"), seen(50 * HOUR))

    assert (clock.state, clock.due_at, clock.cycle) == (State.RUNNING, START + 55 * HOUR, 1)


def test_reopened_clock_begins_anew_where_the_policy_says_so() -> None:
    restart = replace(SOLUTION, reopens=Reopens.RESTART)

    clock = told(seen(0 * HOUR), seen(3 * HOUR, "done"), seen(50 * HOUR), of=restart)

    assert (clock.due_at, clock.cycle, clock.begun_at) == (
        START + 58 * HOUR,
        2,
        START + 50 * HOUR,
    )


def test_stopped_clock_stays_stopped_where_the_policy_says_never() -> None:
    never = replace(SOLUTION, reopens=Reopens.NEVER)

    clock = told(seen(0 * HOUR), seen(3 * HOUR, "done"), seen(50 * HOUR), of=never)

    assert clock.state is State.STOPPED


def test_clock_is_off_while_the_policy_does_not_hold_and_then_goes_on() -> None:
    clock = told(seen(0 * HOUR), seen(2 * HOUR, big=True), seen(4 * HOUR))

    assert clock.due_at == START + 10 * HOUR


def test_steps_come_due_in_the_order_of_their_times_and_each_once() -> None:
    clock = told(seen(0 * HOUR))

    due = due_steps(SOLUTION, clock, counting(), START + 9 * HOUR)
    again = due_steps(SOLUTION, with_reached(clock, due), counting(), START + 80 * HOUR)

    assert [step.id for step in due] == ["half", "late"]
    assert [step.id for step in again] == ["much_later"]


def test_next_step_of_a_clock_is_the_earliest_that_has_not_happened() -> None:
    clock = with_reached(told(seen(0 * HOUR)), SOLUTION.steps[:1])

    assert next_at(SOLUTION, clock, counting()) == START + 8 * HOUR


def test_target_reckoned_from_the_record_follows_it() -> None:
    by_size = target("by_size")
    looks = [
        PROMPT.look(by_size, {"record": {"size": size, "created_at": START}}, at, frozenset())
        for size, at in ((10, START), (4, START + HOUR))
    ]

    clock = told(*looks, of=by_size)

    assert clock.due_at == START + 4 * HOUR


def test_target_without_a_length_has_no_clock() -> None:
    by_size = target("by_size")
    look = PROMPT.look(by_size, {"record": {"size": None}}, START, frozenset())

    assert observed(by_size, None, look, counting()) is None


def arrived(after: timedelta, *, from_us: bool | None) -> Look:
    """The answer's look at an order when a note came, or nothing at all."""
    answer = target("answer")
    facts = {"record": {"from_us": from_us}}
    came = frozenset(one for one in answer.arrivals if from_us is not None and one.holds(facts))
    return PROMPT.look(answer, {"record": {"created_at": START}}, START + after, came)


def test_note_starts_the_clock_and_our_note_stops_it() -> None:
    answer = target("answer")

    waiting = told(arrived(HOUR, from_us=False), of=answer)
    answered = told(arrived(HOUR, from_us=False), arrived(2 * HOUR, from_us=True), of=answer)

    assert (waiting.state, waiting.due_at) == (State.RUNNING, START + 3 * HOUR)
    assert answered.state is State.STOPPED


def test_second_note_does_not_give_more_time() -> None:
    answer = target("answer")

    clock = told(arrived(HOUR, from_us=False), arrived(2 * HOUR, from_us=False), of=answer)

    assert clock.due_at == START + 3 * HOUR


def test_next_note_begins_a_new_cycle() -> None:
    answer = target("answer")

    clock = told(
        arrived(HOUR, from_us=False),
        arrived(2 * HOUR, from_us=True),
        arrived(30 * HOUR, from_us=None),
        arrived(40 * HOUR, from_us=False),
        of=answer,
    )

    assert (clock.cycle, clock.due_at, clock.reached) == (2, START + 42 * HOUR, ())


def test_calendar_is_chosen_by_the_record_when_the_clock_begins() -> None:
    day = target("solution", BY_DAY)
    facts = {"record": {"big": True, "created_at": START}}

    look = BY_DAY.look(day, facts, START, frozenset())
    clock = observed(day, None, look, counting(OFFICE))

    assert look.calendar == "office"
    assert clock is not None
    assert clock.due_at == datetime(2026, 3, 2, 18, tzinfo=UTC)
