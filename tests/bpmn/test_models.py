"""Public BPMN models expressed as flows behave as their names and structure say.

The flows in `flows.json` were written by `convert.py` from the MIT-licensed test models of the
packages bpmn-elements and bpmn-engine (Copyright Pål Edman).
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from typing import Any

import pytest

from engines.flow.instance import Status
from engines.flow.model import Flow
from engines.flow.signals import MessageCame, TimerFired
from engines.messages import CancelTimer
from engines.values import FlowId
from tests.bpmn.convert import FLOWS, NotCovered, flows_of
from tests.bpmn.walk import Walker
from tests.support.processes import Case, read_processes

MODELS: dict[str, dict[str, Any]] = json.loads(FLOWS.read_text("utf-8"))
SEEDS, FEWEST = 600, 10


def compiled(name: str) -> dict[FlowId, Flow]:
    made = read_processes(f"flows: {json.dumps(MODELS[name])}\n")
    assert made.sentences == []
    return made.flows


def steps_of(name: str) -> set[str]:
    """Every node of the model's flows."""
    flows = MODELS[name].items()
    return {f"{flow}.{node}" for flow, written in flows for node in written["nodes"]}


def walks(name: str) -> list[Walker]:
    """Walks by one seed after the other until every step has happened, or no seed is left."""
    flows = compiled(name)
    marks = tuple(sorted(set(re.findall(r"<\w+>", json.dumps(MODELS[name])))))
    found: list[Walker] = []
    missing = steps_of(name)
    for seed in range(SEEDS):
        walker = Walker(flows, {"urgent": False}, random.Random(seed), marks)  # noqa: S311
        found.append(walker.walked(next(iter(flows))))
        missing -= walker.entered.keys()
        if not missing and seed >= FEWEST:
            break
    return found


def a_case(name: str) -> Case:
    (flow,) = compiled(name).values()
    case = Case(flow)
    case.start()
    return case


@pytest.mark.parametrize("name", MODELS)
def test_model_comes_to_its_end_and_every_step_of_it_happens(name: str) -> None:
    runs = walks(name)
    entered = sum((run.entered for run in runs), Counter())

    assert [run.incidents for run in runs if run.incidents] == []
    assert any(run.is_over for run in runs)
    assert steps_of(name) - entered.keys() == set()


def test_boundary_timeout_takes_the_task_away() -> None:
    case = a_case("engine_boundary_timeout")

    case.send(TimerFired("2.timers.boundtimeoutevent"))

    assert case.open_tasks() == []
    assert case.instance.status is Status.ENDED


def test_timer_that_does_not_interrupt_leaves_the_task() -> None:
    case = a_case("engine_boundary_non_interupting_timer")

    case.send(TimerFired("2.timers.boundaryevent"))
    between = case.open_tasks()
    case.complete("usertask")

    assert between == ["usertask.2"]
    assert case.instance.status is Status.ENDED


def test_task_with_multi_instance_loop_is_done_as_often_as_it_says() -> None:
    case = a_case("engine_task_with_multi_instance_loop")

    case.complete("recurring")
    between = case.instance.status
    case.complete("recurring")

    assert (between, case.instance.status) == (Status.RUNNING, Status.ENDED)


def test_event_based_gateway_takes_the_first_event_only() -> None:
    case = a_case("elements_event_based_gateway")

    step = case.send(MessageCame("signal_13do99j", "m-1"))

    assert CancelTimer("2.wait.1") in step.effects
    assert case.open_tasks() == ["task_1pfzr39.3"]


def test_forty_models_and_more_are_expressed() -> None:
    assert len(MODELS) >= 40


def test_model_with_what_no_node_does_is_refused() -> None:
    text = '<definitions><process id="p"><adHocSubProcess id="a"/></process></definitions>'

    with pytest.raises(NotCovered):
        flows_of(text, "p")
