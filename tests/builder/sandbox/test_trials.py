"""Open sandboxes: one a person and app, kept as steps, gone on with in any process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from builder.steps import Step, read_step
from builder.trials import KEPT_FOR, MOST, OpenTrial, Trials
from builder.web.sandbox_view import state_json
from engines.errors import Conflict, FieldErrors, NotFound
from engines.values import AppId, UserId
from runtime.adapters.clock import SettableClock
from runtime.adapters.ids import RandomIds
from runtime.ports import Store
from tests.builder.sandbox.conftest import MORNING, WORKSHOP
from tests.support.server import environment
from tests.support.stores import opened_store

APP, ANN = AppId("workshop"), UserId("ann")
CASE = (
    {"submit": "bicycle", "as": "mechanic", "with": {"frame": "B-77"}},
    {"submit": "repair", "as": "mechanic", "with": {"fault": "bell", "bicycle": "@bicycle_1"}},
    {"advance": "2h"},
    {"claim": "mend", "as": "mechanic"},
    {"complete": "mend", "as": "mechanic", "outcome": "mended", "with": {"hours": "1.5"}},
)


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(MORNING)


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: SettableClock) -> Iterator[Store]:
    with opened_store(request.param, request, tmp_path, clock=clock) as opened:
        yield opened


@pytest.fixture
def trials(store: Store, clock: SettableClock) -> Trials:
    return Trials(store, clock, RandomIds(clock))


@pytest.fixture
def elsewhere(store: Store, clock: SettableClock) -> Trials:
    """Another process on the same database."""
    return Trials(store, clock, RandomIds(clock))


def opened(trials: Trials, user: str, *, with_seeds: bool = False) -> OpenTrial:
    return trials.open(UserId(user), APP, WORKSHOP, at=MORNING, with_seeds=with_seeds)


def step(data: dict[str, Any]) -> Step:
    return read_step(data)


def play(trials: Trials, steps: tuple[dict[str, Any], ...]) -> OpenTrial:
    trial = opened(trials, ANN)
    for one in steps:
        trials.take(trial, step(one))
    return trial


def shown(trial: OpenTrial) -> dict[str, Any]:
    return state_json(trial, "mechanic", WORKSHOP, "en")


def test_everybody_has_a_sandbox_of_their_own(trials: Trials) -> None:
    mine, yours = opened(trials, "ann"), opened(trials, "ben")

    assert trials.find(ANN, APP) is mine
    assert trials.find(UserId("ben"), APP) is yours


def test_new_one_takes_the_place_of_the_old(trials: Trials) -> None:
    opened(trials, "ann")

    again = opened(trials, "ann")

    assert trials.find(ANN, APP) is again
    assert len(trials) == 1


def test_another_process_goes_on_where_this_one_was(trials: Trials, elsewhere: Trials) -> None:
    trial = play(trials, CASE[:4])

    found = elsewhere.find(ANN, APP)
    elsewhere.take(found, step(CASE[4]))

    assert shown(trials.find(ANN, APP)) == shown(found)
    assert shown(found)["cases"][0]["flows"] == [{"title": "Mending", "status": "ended"}]
    assert trials.find(ANN, APP) is trial  # only the missing step was taken


def test_replayed_trial_has_the_same_ids(trials: Trials, elsewhere: Trials) -> None:
    trial = play(trials, CASE)

    found = elsewhere.find(ANN, APP)

    assert [one.record for one in found.sandbox.cases] == [
        one.record for one in trial.sandbox.cases
    ]
    assert [one.message.id for one in found.sandbox.messages] == [
        one.message.id for one in trial.sandbox.messages
    ]


def test_refused_step_leaves_no_trace_in_a_replay(trials: Trials, elsewhere: Trials) -> None:
    trial = play(trials, CASE[:1])
    with pytest.raises(FieldErrors):
        trials.take(trial, step({"submit": "repair", "as": "mechanic", "with": {"fault": ""}}))
    trials.take(trial, step(CASE[1]))

    found = elsewhere.find(ANN, APP)

    assert shown(found) == shown(trial)


def test_step_on_an_outdated_sandbox_is_refused(trials: Trials, elsewhere: Trials) -> None:
    trial = play(trials, CASE[:1])
    found = elsewhere.find(ANN, APP)
    elsewhere.take(found, step(CASE[1]))

    with pytest.raises(Conflict, match="another window"):
        trials.take(trial, step({"advance": "1h"}))

    assert shown(trials.find(ANN, APP)) == shown(found)


def test_sandbox_opened_anew_elsewhere_is_the_one_found(trials: Trials, elsewhere: Trials) -> None:
    play(trials, CASE[:2])

    opened(elsewhere, "ann")

    assert trials.find(ANN, APP).sandbox.cases == ()


def test_unused_one_is_forgotten_after_a_week(trials: Trials, clock: SettableClock) -> None:
    opened(trials, "ann")

    clock.advance(KEPT_FOR + timedelta(seconds=1))

    with pytest.raises(NotFound):
        trials.find(ANN, APP)


def test_longest_unused_one_leaves_memory_and_is_played_again(
    trials: Trials, clock: SettableClock
) -> None:
    first = play(trials, CASE[:1])
    clock.advance(timedelta(seconds=1))
    later = [opened(trials, f"person_{number}") for number in range(MOST)]

    found = trials.find(ANN, APP)

    assert len(trials) == len(later) == MOST
    assert found is not first
    assert shown(found)["cases"][0]["label"] == "bicycle_1"


def test_closed_one_is_gone_everywhere(trials: Trials, elsewhere: Trials) -> None:
    opened(trials, "ann")
    elsewhere.find(ANN, APP)

    trials.close(ANN, APP)

    with pytest.raises(NotFound):
        trials.find(ANN, APP)
    with pytest.raises(NotFound):
        elsewhere.find(ANN, APP)


def test_steps_lead_to_the_same_ids_whatever_the_order_of_sets() -> None:
    script = (
        "import orjson\n"
        "from builder.sandbox import Sandbox\n"
        "from builder.steps import read_step, take\n"
        "from tests.builder.sandbox.conftest import MORNING, WORKSHOP\n"
        "from tests.builder.sandbox.test_trials import CASE\n"
        "trial = Sandbox.of(WORKSHOP, at=MORNING)\n"
        "[take(trial, read_step(one)) for one in CASE]\n"
        "print(orjson.dumps([one.entry.id for one in trial.trace()]).decode())\n"
    )

    printed = [
        subprocess.run(  # noqa: S603  our own script
            [sys.executable, "-c", script],
            env={**environment(), "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            timeout=300,
        ).stdout
        for seed in ("1", "2")
    ]

    assert orjson.loads(printed[0]) == orjson.loads(printed[1])
    assert len(orjson.loads(printed[0])) > 8
