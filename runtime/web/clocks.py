"""The clocks of a record as badges: what is left, what waits, what was kept or missed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engines.form.display import datetime_text, duration_text
from engines.sla.clock import State
from runtime.access.clocks import ShownClock
from runtime.web.formats import coarse
from runtime.web.rendering import Due, due
from runtime.web.visitor import visitor


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One promise in the visitor's words."""

    title: str
    about: str  # the policy, and the calendar it counts in
    badge: Due
    reached: str


def clock_lines(clocks: Iterable[ShownClock]) -> list[ClockLine]:
    """The clocks of a record, those that run first."""
    ordered = sorted(clocks, key=lambda clock: clock.state is not State.RUNNING)
    return [_line(clock) for clock in ordered]


def _line(clock: ShownClock) -> ClockLine:
    seer = visitor()
    about = clock.policy.in_locale(seer.locale)
    if clock.calendar is not None:
        calendar = clock.calendar.in_locale(seer.locale)
        about = seer.words.say("clock.in_calendar", policy=about, calendar=calendar)
    return ClockLine(
        title=clock.title.in_locale(seer.locale),
        about=about,
        badge=_badge(clock),
        reached=seer.words.say("word.list_sign").join(
            step.in_locale(seer.locale) for step in clock.reached
        ),
    )


def _badge(clock: ShownClock) -> Due:
    seer = visitor()
    running = due(clock.due_at) if clock.state is State.RUNNING else None
    if running is not None:
        return running
    if clock.is_late:
        exact = datetime_text(clock.due_at, seer.display) if clock.due_at is not None else ""
        return Due(seer.words.say("clock.missed"), exact, "danger")
    if clock.state is State.PAUSED:
        left = duration_text(coarse(clock.left), seer.locale)
        return Due(seer.words.say("clock.paused", time=left), "", "grey")
    stopped = datetime_text(clock.stopped_at, seer.display) if clock.stopped_at is not None else ""
    return Due(seer.words.say("clock.kept"), stopped, "success")
