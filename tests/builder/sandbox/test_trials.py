"""Open sandboxes: one a person and app, a few in all, forgotten when nobody uses them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from builder.trials import IDLE_S, MOST, OpenTrial, Trials
from engines.errors import NotFound
from engines.values import AppId, UserId
from runtime.adapters.clock import SettableClock
from tests.builder.sandbox.conftest import MORNING, WORKSHOP

APP = AppId("workshop")


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(MORNING)


@pytest.fixture
def trials(clock: SettableClock) -> Trials:
    return Trials(clock)


def opened(trials: Trials, user: str) -> OpenTrial:
    return trials.open(UserId(user), APP, WORKSHOP, at=MORNING)


def test_everybody_has_a_sandbox_of_their_own(trials: Trials) -> None:
    mine, yours = opened(trials, "ann"), opened(trials, "ben")

    assert trials.find(UserId("ann"), APP) is mine
    assert trials.find(UserId("ben"), APP) is yours


def test_new_one_takes_the_place_of_the_old(trials: Trials) -> None:
    opened(trials, "ann")

    again = opened(trials, "ann")

    assert trials.find(UserId("ann"), APP) is again
    assert len(trials) == 1


def test_unused_one_is_forgotten_after_half_an_hour(trials: Trials, clock: SettableClock) -> None:
    opened(trials, "ann")

    clock.advance(timedelta(seconds=IDLE_S + 1))

    with pytest.raises(NotFound):
        trials.find(UserId("ann"), APP)


def test_longest_unused_one_gives_way_when_all_places_are_taken(
    trials: Trials, clock: SettableClock
) -> None:
    opened(trials, "first")
    clock.advance(timedelta(seconds=1))

    later = [opened(trials, f"person_{number}") for number in range(MOST)]

    assert len(trials) == len(later) == MOST
    with pytest.raises(NotFound):
        trials.find(UserId("first"), APP)


def test_closed_one_is_gone(trials: Trials) -> None:
    opened(trials, "ann")

    trials.close(UserId("ann"), APP)

    with pytest.raises(NotFound):
        trials.find(UserId("ann"), APP)
