"""Flow instances, their tasks, copies and timers. What is due is claimed in `queue`.

Lists of people's tasks stand in `task_lists`. Long because every statement stands before the
methods that run it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from engines.errors import Conflict
from engines.values import (
    AppId,
    FlowId,
    FormId,
    InstanceId,
    RecordId,
    RoleId,
    TaskId,
    UserId,
)
from runtime.ports import CopyRow, IdSource, InstanceRow, TaskFilter, TaskRow, TaskStep, TimerRow
from runtime.store.form_access import FormAccesses
from runtime.store.rows import RowMap, guarded_update
from runtime.store.sql import Dialect, Row, Session, bind, insert_into, micros, moment_of
from runtime.store.tables import COPY, INSTANCE, TASK, TIMER
from runtime.store.task_lists import TASKS, StoredTaskLists

R = TypeVar("R", InstanceRow, TaskRow)

INSTANCES = RowMap(INSTANCE, InstanceRow)
COPIES = RowMap(COPY, CopyRow)
TIMER_COLUMNS = (
    TIMER.c.id,
    TIMER.c.app,
    TIMER.c.due_at,
    TIMER.c.instance,
    TIMER.c.ref,
    TIMER.c.generation,
    TIMER.c.attempts,
    TIMER.c.last_error,
)


_GET = sa.select(*INSTANCES.columns).where(INSTANCE.c.id == bind("id"))
_LOCK = _GET.with_for_update()
_ADD = insert_into(INSTANCE)
_UPDATE = guarded_update(INSTANCE, [one.name for one in INSTANCES.columns if one.name != "id"])
_OF_RECORD = (
    sa.select(*INSTANCES.columns)
    .where(
        INSTANCE.c.app == bind("app"),
        INSTANCE.c.form == bind("form"),
        INSTANCE.c.record == bind("record"),
    )
    .order_by(INSTANCE.c.id.desc())
)
_GOING_ON = (
    sa.select(*INSTANCES.columns)
    .where(
        INSTANCE.c.app == bind("app"),
        INSTANCE.c.form == bind("form"),
        INSTANCE.c.record == bind("record"),
        INSTANCE.c.status != sa.literal_column("'ended'"),
    )
    .order_by(INSTANCE.c.id)
)
_CHILDREN = (
    sa.select(*INSTANCES.columns)
    .where(INSTANCE.c.parent == bind("parent"))
    .order_by(INSTANCE.c.id)
)
_IN_STATUS = (
    sa.select(*INSTANCES.columns)
    .where(INSTANCE.c.app == bind("app"), INSTANCE.c.status == bind("status"))
    .order_by(INSTANCE.c.id.desc())
    .limit(bind("most"))
)
_IN_STATUS_AFTER = _IN_STATUS.where(INSTANCE.c.id < bind("after"))
_OF_FLOW = (
    sa.select(*INSTANCES.columns)
    .where(
        INSTANCE.c.app == bind("app"),
        INSTANCE.c.flow == bind("flow"),
        INSTANCE.c.status != sa.literal_column("'ended'"),
    )
    .order_by(INSTANCE.c.id)
    .limit(bind("most"))
)
_OF_FLOW_AFTER = _OF_FLOW.where(INSTANCE.c.id > bind("after"))
_BY_STATUS = (
    sa.select(INSTANCE.c.status, sa.func.count())
    .where(INSTANCE.c.app == bind("app"))
    .group_by(INSTANCE.c.status)
)

_BY_VERSION = (
    sa.select(INSTANCE.c.flow, INSTANCE.c.version, sa.func.count())
    .where(INSTANCE.c.app == bind("app"), INSTANCE.c.status != sa.literal_column("'ended'"))
    .group_by(INSTANCE.c.flow, INSTANCE.c.version)
    .order_by(INSTANCE.c.flow, INSTANCE.c.version)
)

_TASK = sa.select(*TASKS.columns).where(TASK.c.id == bind("id"))
_LOCK_TASK = _TASK.with_for_update()
_TASK_OF_LOCKED = (
    sa.select(*TASKS.columns, *INSTANCES.columns)
    .join_from(TASK, INSTANCE, INSTANCE.c.id == TASK.c.instance)
    .where(TASK.c.id == bind("id"))
    .with_for_update(of=INSTANCE)
)
_OPEN_TASK = sa.select(*TASKS.columns).where(
    TASK.c.instance == bind("instance"),
    TASK.c.key == bind("key"),
    TASK.c.state == sa.literal_column("'open'"),
)
_ADD_TASK = insert_into(TASK)
_UPDATE_TASK = guarded_update(TASK, [one.name for one in TASKS.columns if one.name != "id"])
_TASKS_ON = (
    sa.select(*TASKS.columns)
    .where(TASK.c.app == bind("app"), TASK.c.form == bind("form"), TASK.c.record == bind("record"))
    .order_by(TASK.c.id.desc())
)
_TASKS_IN = (
    sa.select(*TASKS.columns).where(TASK.c.instance == bind("instance")).order_by(TASK.c.id)
)
_copy = insert(COPY).values({column.name: bind(column.name) for column in COPY.c})
_ADD_COPY = _copy.on_conflict_do_nothing(index_elements=["instance", "user"])
_READ_COPY = (
    sa.update(COPY)
    .where(COPY.c.instance == bind("of"), COPY.c.user == bind("reader"), COPY.c.read_at.is_(None))
    .values(read_at=bind("now"))
)
_COPIES_OF = (
    sa.select(*COPIES.columns)
    .where(COPY.c.app == bind("app"), COPY.c.user == bind("reader"))
    .order_by(COPY.c.sent_at.desc(), COPY.c.instance.desc())
    .limit(bind("most"))
)
_COPIES_IN = (
    sa.select(*COPIES.columns)
    .where(COPY.c.instance == bind("of"))
    .order_by(COPY.c.sent_at, COPY.c.user)
)
_timer = insert(TIMER).values(
    {
        **{c.name: bind(c.name) for c in TIMER.c if not c.name.startswith("lease_")},
        "generation": sa.literal_column("1"),
        "attempts": sa.literal_column("0"),
        "last_error": sa.literal_column("''"),
        "state": sa.literal_column("'due'"),
    }
)
_START = _timer.on_conflict_do_update(
    index_elements=["app", "instance", "ref"],
    set_={
        "due_at": _timer.excluded.due_at,
        "generation": TIMER.c.generation + sa.literal_column("1"),
        "attempts": _timer.excluded.attempts,
        "last_error": _timer.excluded.last_error,
        "state": _timer.excluded.state,
        "lease_token": sa.null(),
        "lease_owner": sa.null(),
        "lease_until": sa.null(),
    },
)
_CANCEL = sa.delete(TIMER).where(TIMER.c.instance == bind("instance"), TIMER.c.ref == bind("ref"))
_CANCEL_OF_APP = _CANCEL.where(TIMER.c.app == bind("app"))
_CANCEL_ALL = sa.delete(TIMER).where(TIMER.c.instance == bind("instance"))
_TIMER = sa.select(*TIMER_COLUMNS).where(TIMER.c.id == bind("id"))
_WAITING = (
    sa.select(*TIMER_COLUMNS)
    .where(TIMER.c.state == sa.literal_column("'due'"))
    .order_by(TIMER.c.due_at, TIMER.c.id)
    .limit(bind("most"))
)
_FINISH = sa.delete(TIMER).where(
    TIMER.c.id == bind("id"), TIMER.c.generation == bind("generation")
)


class StoredInstances:
    """Instances, tasks and timers on one connection."""

    __slots__ = ("_ids", "_session", "_task_lists")

    def __init__(self, session: Session, ids: IdSource, accesses: FormAccesses) -> None:
        self._session = session
        self._ids = ids
        self._task_lists = StoredTaskLists(session, accesses)

    def get(self, instance: InstanceId, *, lock: bool = False) -> InstanceRow | None:
        return self._one(INSTANCES, _LOCK if lock else _GET, instance, lock=lock)

    def add(self, row: InstanceRow) -> None:
        self._session.put_rows(_ADD, [INSTANCES.cells(row)])
        self._session.kept.keep(INSTANCE.name, row.id, INSTANCES, row)

    def update(self, row: InstanceRow, expected_revision: int) -> None:
        kept, write = self._session.kept, self._write_instance
        if not kept.change(INSTANCE.name, row.id, INSTANCES, expected_revision, row, write):
            params = INSTANCES.params(row, id_=row.id, expected=expected_revision)
            if self._session.change(_UPDATE, params) == 0:
                raise _moved_on(row)

    def of_record(self, app: AppId, form: FormId, record: RecordId) -> tuple[InstanceRow, ...]:
        key = {"app": app, "form": form, "record": record}
        return INSTANCES.rows(self._session.rows(_OF_RECORD, key))

    def going_on(self, app: AppId, form: FormId, record: RecordId) -> tuple[InstanceRow, ...]:
        key = {"app": app, "form": form, "record": record}
        return INSTANCES.rows(self._session.rows(_GOING_ON, key))

    def of_flow(
        self, app: AppId, flow: FlowId, limit: int, after: str = ""
    ) -> tuple[InstanceRow, ...]:
        params = {"app": app, "flow": flow, "most": limit, "after": after}
        statement = _OF_FLOW_AFTER if after else _OF_FLOW
        return INSTANCES.rows(self._session.rows(statement, params))

    def children(self, parent: InstanceId) -> tuple[InstanceRow, ...]:
        return INSTANCES.rows(self._session.rows(_CHILDREN, {"parent": parent}))

    def in_status(
        self, app: AppId, status: str, limit: int = 100, after: str = ""
    ) -> tuple[InstanceRow, ...]:
        key = {"app": app, "status": status, "most": limit, "after": after}
        statement = _IN_STATUS_AFTER if after else _IN_STATUS
        return INSTANCES.rows(self._session.rows(statement, key))

    def by_status(self, app: AppId) -> dict[str, int]:
        return dict(self._session.rows(_BY_STATUS, {"app": app}))

    def going_on_by_version(self, app: AppId) -> tuple[tuple[FlowId, int, int], ...]:
        rows = self._session.rows(_BY_VERSION, {"app": app})
        return tuple((FlowId(flow), version, many) for flow, version, many in rows)

    def versions_going_on(self, app: AppId) -> frozenset[int] | None:
        if self._session.dialect is not Dialect.SQLITE:
            return None
        return frozenset(version for _, version, _ in self.going_on_by_version(app))

    def task(self, task: TaskId, *, lock: bool = False) -> TaskRow | None:
        return self._one(TASKS, _LOCK_TASK if lock else _TASK, task, lock=lock)

    def task_of_locked(self, task: TaskId) -> TaskRow | None:
        session = self._session
        kept: TaskRow | None = session.kept.find(TASK.name, task, TASKS)
        if kept is not None:
            self.get(kept.instance, lock=True)
            return kept
        cells = session.first(_TASK_OF_LOCKED, {"id": task})
        if cells is None:
            return None
        row, instance = TASKS.row(cells), INSTANCES.row(cells[len(TASKS.columns) :])
        if session.is_in_unit:
            is_locked = session.dialect is Dialect.SQLITE
            session.kept.keep(TASK.name, task, TASKS, row, is_locked=is_locked)
            session.kept.keep(INSTANCE.name, instance.id, INSTANCES, instance)
        return row

    def open_task(self, instance: InstanceId, key: str) -> TaskRow | None:
        def is_it(one: TaskRow) -> bool:
            return one.key == key and one.instance == instance and one.state == "open"

        kept: TaskRow | None = self._session.kept.first(TASK.name, TASKS, is_it)
        if kept is not None:
            return kept
        row = self._session.first(_OPEN_TASK, {"instance": instance, "key": key})
        return None if row is None else TASKS.row(row)

    def add_task(self, row: TaskRow) -> None:
        self._session.put_rows(_ADD_TASK, [TASKS.cells(row)])
        self._session.kept.keep(TASK.name, row.id, TASKS, row)

    def update_task(self, row: TaskRow, expected_revision: int) -> None:
        kept, write = self._session.kept, self._write_task
        if not kept.change(TASK.name, row.id, TASKS, expected_revision, row, write):
            params = TASKS.params(row, id_=row.id, expected=expected_revision)
            if self._session.change(_UPDATE_TASK, params) == 0:
                raise self._taken(row)

    def tasks_of(
        self,
        app: AppId,
        user: UserId,
        roles: frozenset[RoleId],
        asked: TaskFilter,
        *,
        limit: int = 200,
        skip: int = 0,
    ) -> tuple[TaskRow, ...]:
        return self._task_lists.page(app, user, roles, asked, limit=limit, skip=skip)

    def count_tasks(
        self, app: AppId, user: UserId, roles: frozenset[RoleId], *, which: str
    ) -> int:
        return self._task_lists.count(app, user, roles, which)

    def task_steps(
        self, app: AppId, user: UserId, roles: frozenset[RoleId], *, which: str
    ) -> frozenset[TaskStep]:
        return self._task_lists.steps(app, user, roles, which)

    def tasks_on(self, app: AppId, form: FormId, record: RecordId) -> tuple[TaskRow, ...]:
        key = {"app": app, "form": form, "record": record}
        return TASKS.rows(self._session.rows(_TASKS_ON, key))

    def tasks_in(self, instance: InstanceId) -> tuple[TaskRow, ...]:
        return TASKS.rows(self._session.rows(_TASKS_IN, {"instance": instance}))

    def add_copy(self, row: CopyRow) -> bool:
        return self._session.change(_ADD_COPY, COPIES.params(row)) == 1

    def read_copy(self, instance: InstanceId, user: UserId, now: datetime) -> bool:
        key = {"of": instance, "reader": user, "now": micros(now)}
        return self._session.change(_READ_COPY, key) == 1

    def copies_of(self, app: AppId, user: UserId, limit: int = 200) -> tuple[CopyRow, ...]:
        key = {"app": app, "reader": user, "most": limit}
        return COPIES.rows(self._session.rows(_COPIES_OF, key))

    def copies_in(self, instance: InstanceId) -> tuple[CopyRow, ...]:
        return COPIES.rows(self._session.rows(_COPIES_IN, {"of": instance}))

    def start_timer(
        self, app: AppId, instance: InstanceId | None, ref: str, due_at: datetime
    ) -> None:
        row = {"id": self._ids.new(), "app": app, "instance": instance or "", "ref": ref}
        self._session.put(_START, {**row, "due_at": micros(due_at)})
        self._session.has_new_timer = True

    def cancel_timer(
        self, instance: InstanceId | None, ref: str, *, app: AppId | None = None
    ) -> None:
        key = {"instance": instance or "", "ref": ref}
        if app is None:
            self._session.change(_CANCEL, key)
        else:
            self._session.change(_CANCEL_OF_APP, {**key, "app": app})

    def cancel_timers(self, instance: InstanceId) -> None:
        self._session.change(_CANCEL_ALL, {"instance": instance})

    def timer(self, timer: str) -> TimerRow | None:
        row = self._session.first(_TIMER, {"id": timer})
        return None if row is None else timer_row(row)

    def waiting_timers(self, limit: int = 100) -> tuple[TimerRow, ...]:
        return tuple(map(timer_row, self._session.rows(_WAITING, {"most": limit})))

    def finish_timer(self, timer: str, generation: int) -> bool:
        return self._session.change(_FINISH, {"id": timer, "generation": generation}) == 1

    def _one(
        self, rows: RowMap[R], statement: sa.Select[Any], id_: str, *, lock: bool
    ) -> R | None:
        """A row by its id, asked for once in a unit."""
        session, table = self._session, rows.table.name
        kept: R | None = session.kept.find(table, id_, rows, lock=lock)
        if kept is not None:
            return kept
        cells = session.first(statement, {"id": id_})
        if cells is None:
            return None
        row = rows.row(cells)
        if session.is_in_unit:
            is_locked = lock or session.dialect is Dialect.SQLITE
            session.kept.keep(table, id_, rows, row, is_locked=is_locked)
        return row

    def _write_instance(self, stored: InstanceRow, row: InstanceRow) -> None:
        statement, params = INSTANCES.update(stored, row)
        if self._session.change_kept(statement, params) == 0:
            raise _moved_on(row)

    def _write_task(self, stored: TaskRow, row: TaskRow) -> None:
        statement, params = TASKS.update(stored, row)
        if self._session.change_kept(statement, params) == 0:
            raise self._taken(row)

    def _taken(self, row: TaskRow) -> Conflict:
        cells = self._session.first(_TASK, {"id": row.id})
        stored = None if cells is None else TASKS.row(cells)
        details = {} if stored is None else {"assignee": stored.assignee, "state": stored.state}
        return Conflict("Somebody else changed this task meanwhile.", {"task": row.id, **details})


def _moved_on(row: InstanceRow) -> Conflict:
    return Conflict("The process moved on meanwhile.", {"instance": row.id})


def timer_row(row: Row) -> TimerRow:
    """A timer of `TIMER_COLUMNS`."""
    id_, app, due_at, instance, ref, generation, attempts, last_error = row
    return TimerRow(
        id=id_,
        app=AppId(app),
        due_at=moment_of(due_at),
        instance=InstanceId(instance) if instance else None,
        ref=ref,
        generation=generation,
        attempts=attempts,
        last_error=last_error,
    )
