"""SpiffWorkflow with its state as JSON in a file of SQLite, for `bench.flow_durable`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

from bench.flow import BPMN

_TABLE = "CREATE TABLE IF NOT EXISTS instance (id INTEGER PRIMARY KEY, state TEXT)"


class Spiff:
    """One connection. Threads take turns at the file as SQLite lets them."""

    def __init__(self, path: Path) -> None:
        parser = BpmnParser()
        parser.add_bpmn_str(BPMN.encode())
        self._spec = parser.get_spec("bench")
        self._serializer = BpmnWorkflowSerializer()
        self._database = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, timeout=60
        )
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS instance (id INTEGER PRIMARY KEY, state TEXT)"
        )

    def stored_twice(self) -> None:
        """One instance from start to end, stored when it waits and when it ended."""
        workflow = self._begun()
        workflow.do_engine_steps()
        id_ = self._add(workflow)
        workflow = self._loaded(id_)
        (look,) = workflow.get_tasks(state=TaskState.READY, manual=True)
        look.run()
        workflow.do_engine_steps()
        self._save(id_, workflow)
        assert workflow.is_completed()

    def stored_after_every_step(self) -> None:
        """The same, stored when it begins and after each of its steps."""
        workflow = self._begun()
        id_ = self._add(workflow)
        self._walk(id_, workflow)
        workflow = self._loaded(id_)
        (look,) = workflow.get_tasks(state=TaskState.READY, manual=True)
        look.run()
        self._save(id_, workflow)
        self._walk(id_, workflow)
        assert workflow.is_completed()

    def stored_in_step(self, many: int) -> None:
        """So many at once, the same step of all of them stored in one transaction."""
        begun = [self._begun() for _ in range(many)]
        with self._transaction():
            ids = [self._add(workflow) for workflow in begun]
        self._walk_in_step(list(zip(ids, begun, strict=True)))
        loaded = [(id_, self._loaded(id_)) for id_ in ids]
        with self._transaction():
            for id_, workflow in loaded:
                (look,) = workflow.get_tasks(state=TaskState.READY, manual=True)
                look.run()
                self._save(id_, workflow)
        self._walk_in_step(loaded)
        assert all(workflow.is_completed() for _, workflow in loaded)

    def _begun(self) -> BpmnWorkflow:
        workflow = BpmnWorkflow(self._spec)
        workflow.get_next_task().data["amount"] = 50
        return workflow

    def _walk(self, id_: int, workflow: BpmnWorkflow) -> None:
        while self._one_step(id_, workflow):
            pass

    def _walk_in_step(self, going: list[tuple[int, BpmnWorkflow]]) -> None:
        while going:
            with self._transaction():
                going = [
                    (id_, workflow) for id_, workflow in going if self._one_step(id_, workflow)
                ]

    def _one_step(self, id_: int, workflow: BpmnWorkflow) -> bool:
        ready = workflow.get_tasks(state=TaskState.READY, manual=False)
        if ready:
            ready[0].run()
            workflow.refresh_waiting_tasks()
            self._save(id_, workflow)
        return bool(ready)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        yield
        self._database.execute("COMMIT")

    def _add(self, workflow: BpmnWorkflow) -> int:
        state = self._serializer.serialize_json(workflow)
        added = self._database.execute("INSERT INTO instance (state) VALUES (?)", (state,))
        return added.lastrowid or 0

    def _save(self, id_: int, workflow: BpmnWorkflow) -> None:
        state = self._serializer.serialize_json(workflow)
        self._database.execute("UPDATE instance SET state = ? WHERE id = ?", (state, id_))

    def _loaded(self, id_: int) -> BpmnWorkflow:
        (state,) = self._database.execute(
            "SELECT state FROM instance WHERE id = ?", (id_,)
        ).fetchone()
        return self._serializer.deserialize_json(state)
