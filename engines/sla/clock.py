"""How a clock stands: a function of what was seen of its record, and of the policy alone.

It does not matter how often or how late it is asked: looking again changes nothing, and what came
due in between is told with its own time. Not here: conditions (`model.py`), keeping and timers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from engines.calendar.model import Time
from engines.sla.model import Look, Reopens, Step, Target

_NONE = timedelta(0)

Times: TypeAlias = Callable[[str], Time]  # what the id of a calendar counts in


class State(StrEnum):
    """What a clock is doing."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"  # in time, or late: see `Clock.is_late`
    OFF = "off"  # its policy no longer holds for the record


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock against one target.

    `spent` is the time counted until `since`, the moment the present state began. `due_at` is
    empty while it waits, unless it is late already. `reached` are the steps that have happened.
    """

    state: State
    begun_at: datetime
    since: datetime
    spent: timedelta
    within: timedelta
    calendar: str
    due_at: datetime | None
    cycle: int = 1
    stopped_at: datetime | None = None
    reached: tuple[str, ...] = ()

    def elapsed(self, time: Time, now: datetime) -> timedelta:
        """The time counted so far."""
        running = self.state is State.RUNNING
        return self.spent + time.between(self.since, now) if running else self.spent

    def left(self, time: Time, now: datetime) -> timedelta:
        """The time left; negative when late."""
        return self.within - self.elapsed(time, now)

    def is_late(self, now: datetime) -> bool:
        """Whether its time ran out, now or before it was stopped."""
        return self.due_at is not None and (self.stopped_at or now) > self.due_at

    def is_kept(self, now: datetime) -> bool | None:
        """Whether the promise was kept; None while it still may be."""
        if self.is_late(now):
            return False
        return True if self.state is State.STOPPED else None


def observed(target: Target, clock: Clock | None, look: Look, times: Times) -> Clock | None:
    """The clock after a look at its record; None while it has not begun.

    First take what came due before the look (`due_steps`). Answers the same object when nothing
    changed.
    """
    if clock is None:
        return _begun(target, look, times, 1) if _begins(look) and not look.stops else None
    if clock.state is State.STOPPED:
        return _after_stop(target, clock, look, times)
    state = _state(look)
    if state is clock.state and (state is State.OFF or look.within == clock.within):
        return clock
    time = times(clock.calendar)
    spent = clock.elapsed(time, look.at)
    moved = replace(
        clock,
        state=state,
        since=max(look.at, clock.since),  # a clock on the wall that goes back counts nothing twice
        spent=spent,
        within=look.within if look.applies else clock.within,
        stopped_at=look.at if state is State.STOPPED else None,
    )
    return replace(moved, due_at=_due_at(moved, time))


def due_steps(target: Target, clock: Clock, times: Times, now: datetime) -> tuple[Step, ...]:
    """The steps whose time has come and that have not happened, in the order of their times."""
    return tuple(step for at, step in _waiting(target, clock, times) if at <= now)


def with_reached(clock: Clock, steps: tuple[Step, ...]) -> Clock:
    """The clock once steps have happened."""
    return replace(clock, reached=(*clock.reached, *[step.id for step in steps]))


def next_at(target: Target, clock: Clock, times: Times) -> datetime | None:
    """When the next step is due; None when none is left or the clock does not run."""
    return next((at for at, _ in _waiting(target, clock, times)), None)


def _waiting(target: Target, clock: Clock, times: Times) -> list[tuple[datetime, Step]]:
    if clock.state is not State.RUNNING:
        return []
    time = times(clock.calendar)
    left = [step for step in target.steps if step.id not in clock.reached]
    left.sort(key=lambda step: step.amount(clock.within))
    return [(_when(clock, step.amount(clock.within), time), step) for step in left]


def _when(clock: Clock, amount: timedelta, time: Time) -> datetime:
    """When a running clock has counted `amount`; the past shows as the moment it began to run."""
    return time.add(clock.since, amount - clock.spent) if amount > clock.spent else clock.since


def _begins(look: Look) -> bool:
    return look.applies and (look.starts or look.is_started)


def _begun(target: Target, look: Look, times: Times, cycle: int) -> Clock:
    begins_at = look.begins_at if cycle == 1 else look.at
    clock = Clock(
        state=State.RUNNING,
        begun_at=begins_at,
        since=begins_at,
        spent=_NONE,
        within=look.within,
        calendar=look.calendar,
        due_at=None,
        cycle=cycle,
    )
    clock = replace(clock, due_at=_due_at(clock, times(look.calendar)))
    if begins_at < look.at:  # a policy that begins to hold later does not act for the past
        clock = with_reached(clock, due_steps(target, clock, times, look.at))
    return observed(target, clock, look, times) or clock


def _after_stop(target: Target, clock: Clock, look: Look, times: Times) -> Clock:
    is_undone = target.stops is not None and not look.stops and look.starts
    if not look.applies or not (look.is_started or is_undone):
        return clock
    if look.is_started or target.reopens is Reopens.RESTART:
        return _begun(target, replace(look, is_stopped=False), times, clock.cycle + 1)
    if target.reopens is Reopens.NEVER:
        return clock
    state = _state(replace(look, is_stopped=False))
    moved = replace(
        clock, state=state, since=max(look.at, clock.since), within=look.within, stopped_at=None
    )
    return replace(moved, due_at=_due_at(moved, times(clock.calendar)))


def _state(look: Look) -> State:
    if not look.applies:
        return State.OFF
    if look.stops or look.is_stopped:
        return State.STOPPED
    return State.PAUSED if look.pauses else State.RUNNING


def _due_at(clock: Clock, time: Time) -> datetime | None:
    """When the time runs out, or ran out; a clock that waits in time has no such moment."""
    if clock.state is State.STOPPED and clock.spent <= clock.within:
        # Kept for reports: by when it had to be stopped.
        return time.add(clock.since, clock.within - clock.spent)
    if clock.spent >= clock.within:
        earlier = clock.due_at if clock.due_at is not None else clock.since
        return min(earlier, clock.since)
    return _when(clock, clock.within, time) if clock.state is State.RUNNING else None
