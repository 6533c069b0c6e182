"""Our durable flow beside SpiffWorkflow made durable: finished instances a CPU second.

The process of `bench.flow`. Ours goes the product's own way, on SQLite with full syncs: the
command that starts it and the one that completes its task, each permission-checked, in a
transaction with the instance, its task, the record that two actions set, and the history as
events. SpiffWorkflow's state is written as JSON into SQLite with `synchronous=FULL` when it waits
and when it ended, and read back in between, without permission, record or history. Both work on
one instance after the other.
Interleaved rounds, the median of five; run with `python -m bench.flow_durable`.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

from bench.flow import APP, BPMN
from bench.result import Result, report
from engines.values import AppId, FlowId, FormId, RecordId, RoleId, UserId
from runtime.access.actors import actor_in
from runtime.bootstrap import Runtime, open_runtime
from runtime.commands import SYSTEM, Actor, CompleteTask, CreateRecord, PublishApp, StartFlow
from runtime.ports import UserRow
from runtime.settings import load_settings

ROUNDS, OURS, THEIRS = 5, 200, 40
GOAL, FINAL_GOAL = 5.0, 10.0
BENCH, TICKET, HANDLING = AppId("bench"), FormId("ticket"), FlowId("handling")

DEFINITION = APP.replace("    on: {created: ticket}\n", "    on: {start: ticket}\n").replace(
    "      second: {type: integer}\n",
    "      second: {type: integer}\n"
    "    access:\n"
    "      agent: {create: true, read: true, update: true}\n",
)


def main() -> int:
    """Fail below the goal."""
    with tempfile.TemporaryDirectory() as folder:
        runtime = open_runtime(load_settings({"data_dir": Path(folder) / "data"}))
        try:
            ana, other = prepared(runtime), Path(folder) / "spiff.sqlite"
            rates = [
                (rate(ours(runtime, ana, OURS), OURS), rate(spiff(other, THEIRS), THEIRS))
                for _ in range(ROUNDS)
            ]
        finally:
            runtime.close()
    our_rate, their_rate = (statistics.median(column) for column in zip(*rates, strict=True))
    return report(
        Result(
            "flow durable with history",
            statistics.median(one / other for one, other in rates),
            "x",
            final=FINAL_GOAL,
            now=GOAL,
            ours=f"{our_rate:,.0f}/CPU-s",
            reference=f"SpiffWorkflow durable {their_rate:,.0f}/CPU-s",
        )
    )


def prepared(runtime: Runtime) -> Actor:
    """The app published, and an agent."""
    runtime.bus.execute(PublishApp(DEFINITION, "bench.yaml"), SYSTEM)
    user = runtime.accounts.add_user(
        UserRow(
            id=UserId(""),
            email="ana@example.org",
            name="Ana",
            password_hash="",
            locale="en",
            time_zone="UTC",
            is_active=True,
            is_admin=False,
        )
    )
    runtime.accounts.set_roles(BENCH, user.id, [RoleId("agent")])
    with runtime.store.read() as reader:
        return actor_in(reader, runtime.live.app(reader, BENCH), user)


def ours(runtime: Runtime, ana: Actor, many: int) -> Callable[[], None]:
    """Finishes so many instances, each on a record of its own that is there already."""
    records = [new_record(runtime, ana) for _ in range(many)]

    def run() -> None:
        for record in records:
            runtime.bus.execute(StartFlow(BENCH, HANDLING, record), ana)
            with runtime.store.read() as reader:
                (task,) = reader.instances.tasks_on(BENCH, TICKET, record)
            runtime.bus.execute(CompleteTask(BENCH, task.id, "done"), ana)
        with runtime.store.read() as reader:
            (row,) = reader.instances.of_record(BENCH, TICKET, records[-1])
        assert row.status == "ended"

    return run


def new_record(runtime: Runtime, ana: Actor) -> RecordId:
    outcome = runtime.bus.execute(CreateRecord(BENCH, TICKET, {"amount": 50}), ana)
    assert outcome.record is not None
    return outcome.record


def spiff(path: Path, many: int) -> Callable[[], None]:
    """Finishes as many, stored when they wait and when they ended."""
    parser = BpmnParser()
    parser.add_bpmn_str(BPMN.encode())
    spec = parser.get_spec("bench")
    serializer = BpmnWorkflowSerializer()
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE IF NOT EXISTS instance (id INTEGER PRIMARY KEY, state TEXT)")

    def run() -> None:
        for _ in range(many):
            workflow = BpmnWorkflow(spec)
            workflow.get_next_task().data["amount"] = 50
            workflow.do_engine_steps()
            state = serializer.serialize_json(workflow)
            id_ = database.execute("INSERT INTO instance (state) VALUES (?)", (state,)).lastrowid
            (stored,) = database.execute(
                "SELECT state FROM instance WHERE id = ?", (id_,)
            ).fetchone()
            workflow = serializer.deserialize_json(stored)
            (look,) = workflow.get_tasks(state=TaskState.READY, manual=True)
            look.run()
            workflow.do_engine_steps()
            assert workflow.is_completed()
            state = serializer.serialize_json(workflow)
            database.execute("UPDATE instance SET state = ? WHERE id = ?", (state, id_))

    return run


def rate(run: Callable[[], None], many: int) -> float:
    """Instances a CPU second of this process, all threads."""
    began_s = time.process_time()
    run()
    return many / (time.process_time() - began_s)


if __name__ == "__main__":
    sys.exit(main())
