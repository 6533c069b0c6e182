"""Our flow engine beside SpiffWorkflow in memory: finished instances a CPU second.

Both run the same process: start, an exclusive choice of three, a user task, a parallel split into
two service tasks, a join, the end. Interleaved rounds, the median of five; run with
`python -m bench.flow`. Durable instances are measured by `bench.flow_durable`.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.util.task import TaskState

from bench.result import Result, report
from engines.app import parse_app
from engines.flow.advance import advance
from engines.flow.instance import Instance, Status
from engines.flow.signals import Started, TaskCompleted
from engines.values import FlowId, FormId, InstanceId, RecordId, UserId

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
GOAL, FINAL_GOAL = 10.0, 50.0
STATE_BYTES = 1024
ROUNDS = 5
ANA = UserId("0190d3c2-7b5a-7cc2-9a51-0a5a4f9c1e11")

APP = """
format: 1
app: bench
title: Bench
roles:
  agent: {title: Agent}
forms:
  ticket:
    title: Ticket
    fields:
      amount: {type: integer}
      first: {type: integer}
      second: {type: integer}
flows:
  handling:
    on: {created: ticket}
    nodes:
      how:
        type: choice
        paths:
          - {when: record.amount > 100, to: look}
          - {when: record.amount > 10, to: look}
          - {to: look}
      look: {type: task, assign: {role: agent}, outcomes: {done: {to: split}}}
      split: {type: parallel, to: [one, two]}
      one: {type: action, do: [{set: {first: 1}}], to: meet}
      two: {type: action, do: [{set: {second: 1}}], to: meet}
      meet: {type: join, to: end}
      end: {type: end}
"""

BPMN = """<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="bench">
  <process id="bench" isExecutable="true">
    <startEvent id="start"/>
    <sequenceFlow id="f0" sourceRef="start" targetRef="how"/>
    <exclusiveGateway id="how" default="f3"/>
    <sequenceFlow id="f1" sourceRef="how" targetRef="look">
      <conditionExpression xsi:type="tFormalExpression">amount &gt; 100</conditionExpression>
    </sequenceFlow>
    <sequenceFlow id="f2" sourceRef="how" targetRef="look">
      <conditionExpression xsi:type="tFormalExpression">amount &gt; 10</conditionExpression>
    </sequenceFlow>
    <sequenceFlow id="f3" sourceRef="how" targetRef="look"/>
    <userTask id="look"/>
    <sequenceFlow id="f4" sourceRef="look" targetRef="split"/>
    <parallelGateway id="split"/>
    <sequenceFlow id="f5" sourceRef="split" targetRef="one"/>
    <sequenceFlow id="f6" sourceRef="split" targetRef="two"/>
    <scriptTask id="one"><script>first = 1</script></scriptTask>
    <scriptTask id="two"><script>second = 1</script></scriptTask>
    <sequenceFlow id="f7" sourceRef="one" targetRef="meet"/>
    <sequenceFlow id="f8" sourceRef="two" targetRef="meet"/>
    <parallelGateway id="meet"/>
    <sequenceFlow id="f9" sourceRef="meet" targetRef="end"/>
    <endEvent id="end"/>
  </process>
</definitions>
"""


def ours(*, saved: bool = False) -> Callable[[], object]:
    """One instance from start to end.

    With `saved` as the runtime does it: the state goes through JSON text between the steps, and
    the trace of each step is put together.
    """
    flow = parse_app(APP, "bench.yaml").flows[FlowId("handling")]
    record = {"amount": 50, "first": None, "second": None}
    user = {"id": ANA, "name": "Ana", "email": "ana@example.com", "roles": ["agent"]}
    facts = {"record": record, "old": None, "user": user, "now": NOW, "today": NOW.date()}
    new = Instance.new(
        id=InstanceId("0190d3c2-7b5a-7cc2-9a51-0a5a4f9c1e22"),
        flow=flow.id,
        version=1,
        form=FormId("ticket"),
        record=RecordId("0190d3c2-7b5a-7cc2-9a51-0a5a4f9c1e33"),
    )

    def run() -> object:
        first = advance(flow, new, Started(ANA), facts, NOW)
        waiting = first.instance
        if saved:
            assert first.trace.steps
            waiting = Instance.from_json(waiting.to_json())
        signal = TaskCompleted("look.2", "done", ANA)
        step = advance(flow, waiting, signal, facts, NOW)
        if saved:
            assert step.trace.steps
            step.instance.to_json()
        return step

    return run


def spiff() -> Callable[[], object]:
    """The same in SpiffWorkflow."""
    parser = BpmnParser()
    parser.add_bpmn_str(BPMN.encode())
    spec = parser.get_spec("bench")

    def run() -> object:
        workflow = BpmnWorkflow(spec)
        workflow.get_next_task().data["amount"] = 50
        workflow.do_engine_steps()
        (look,) = workflow.get_tasks(state=TaskState.READY, manual=True)
        look.run()
        workflow.do_engine_steps()
        return workflow

    return run


def rate(run: Callable[[], object], times: int) -> float:
    """Calls a CPU second."""
    started = time.process_time()
    for _ in range(times):
        run()
    return times / (time.process_time() - started)


def main() -> int:
    """Print rates, ratio and size of the state; fail below the goal."""
    engine, with_json, reference = ours(), ours(saved=True), spiff()
    step = engine()
    if step.instance.status is not Status.ENDED or not reference().is_completed():  # type: ignore[attr-defined]
        raise SystemExit("both must reach the end")
    rows = [
        (rate(engine, 10_000), rate(with_json, 10_000), rate(reference, 300))
        for _ in range(ROUNDS)
    ]
    in_memory, saved, theirs = (statistics.median(column) for column in zip(*rows, strict=True))
    ratio = statistics.median(row[0] / row[2] for row in rows)
    saved_ratio = statistics.median(row[1] / row[2] for row in rows)
    reference_rate = f"SpiffWorkflow in memory {theirs:,.0f}/CPU-s"
    return report(
        Result(
            "flow in memory",
            ratio,
            "x",
            final=FINAL_GOAL,
            now=GOAL,
            ours=f"{in_memory:,.0f}/CPU-s",
            reference=reference_rate,
        ),
        Result(
            "flow with trace, state through JSON text",
            saved_ratio,
            "x",
            final=FINAL_GOAL,
            ours=f"{saved:,.0f}/CPU-s",
            reference=reference_rate,
        ),
        Result("state of a waiting flow", waiting_state_bytes(), "bytes", final=STATE_BYTES),
    )


def waiting_state_bytes() -> int:
    """How large the stored state of the bench flow is at its user task."""
    flow = parse_app(APP, "bench.yaml").flows[FlowId("handling")]
    new = Instance.new(
        id=InstanceId("0190d3c2-7b5a-7cc2-9a51-0a5a4f9c1e22"),
        flow=flow.id,
        version=1,
        form=FormId("ticket"),
        record=RecordId("0190d3c2-7b5a-7cc2-9a51-0a5a4f9c1e33"),
    )
    facts = {"record": {"amount": 50}, "old": None, "user": {}, "now": NOW, "today": NOW.date()}
    step = advance(flow, new, Started(ANA), facts, NOW)
    return len(step.instance.to_json().encode())


if __name__ == "__main__":
    sys.exit(main())
