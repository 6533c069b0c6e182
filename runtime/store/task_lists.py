"""The lists of people's tasks: whose they are, in what order, of which steps, on which records.

Nothing here changes a task; that is done in `instances`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engines.values import AppId, FlowId, FormId, NodeId, RoleId, UserId
from runtime.ports import FormTable, RecordQuery, TaskFilter, TaskMatch, TaskRow, TaskStep
from runtime.store.form_access import FormAccesses
from runtime.store.given_list import among, list_param
from runtime.store.pages import condition_of
from runtime.store.rows import RowMap
from runtime.store.sql import Dialect, Session, bind
from runtime.store.tables import TASK

TASKS = RowMap(TASK, TaskRow)

_IS_OPEN = TASK.c.state == sa.literal_column("'open'")
_OF_APP = TASK.c.app == bind("app")
_OF_USER = TASK.c.assignee == bind("user")
_BY_DUE = (TASK.c.due_at.is_(None), TASK.c.due_at, TASK.c.id)
_BY_CLOSED = (TASK.c.closed_at.desc(), TASK.c.id)
_ORDERS = {"mine": _BY_DUE, "pool": _BY_DUE, "done": _BY_CLOSED}
# (which list) -> what all its tasks are
_WHERES = {
    dialect: {
        "mine": (_OF_APP, _OF_USER, _IS_OPEN),
        "pool": (
            _OF_APP,
            TASK.c.assignee.is_(None),
            _IS_OPEN,
            among(TASK.c.role, "roles", dialect),
        ),
        "done": (_OF_APP, TASK.c.closed_by == bind("user")),
    }
    for dialect in Dialect
}
_AT_NODE = TASK.c.node == bind("node")
_PAGE = sa.select(*TASKS.columns).limit(bind("most")).offset(bind("skip"))
_COUNT = sa.select(sa.func.count()).select_from(TASK)
_STEP = (TASK.c.flow, TASK.c.node, TASK.c.form)
_STEPS = sa.select(*_STEP).distinct()


def _fixed(
    statement: sa.Select[Any], *, is_ordered: bool = False
) -> dict[Dialect, dict[str, sa.Select[Any]]]:
    """The statement for each list; they never change and are compiled once."""
    return {
        dialect: {
            which: statement.where(*where).order_by(*(_ORDERS[which] if is_ordered else ()))
            for which, where in wheres.items()
        }
        for dialect, wheres in _WHERES.items()
    }


_TASKS_OF = _fixed(_PAGE, is_ordered=True)
_TASKS_AT = _fixed(_PAGE.where(_AT_NODE), is_ordered=True)
_COUNTS = _fixed(_COUNT)
_STEPS_OF = _fixed(_STEPS)


class StoredTaskLists:
    """Lists of tasks on one connection."""

    __slots__ = ("_accesses", "_session")

    def __init__(self, session: Session, accesses: FormAccesses) -> None:
        self._session = session
        self._accesses = accesses

    def page(
        self,
        app: AppId,
        user: UserId,
        roles: frozenset[RoleId],
        asked: TaskFilter,
        *,
        limit: int,
        skip: int,
    ) -> tuple[TaskRow, ...]:
        """The tasks of one page."""
        params = {**self._params(app, user, roles, asked.which), "most": limit, "skip": skip}
        if asked.node is not None:
            params["node"] = asked.node
        if asked.any_of is None and not asked.principals:
            lists = _TASKS_OF if asked.node is None else _TASKS_AT
            return TASKS.rows(self._session.rows(lists[self._dialect][asked.which], params))
        statement = _PAGE.where(*self._wheres(user, asked)).order_by(*_ORDERS[asked.which])
        return TASKS.rows(self._session.select(statement.params(params)))

    def count(self, app: AppId, user: UserId, roles: frozenset[RoleId], which: str) -> int:
        """How many tasks a list has."""
        params = self._params(app, user, roles, which)
        return int(self._session.rows(_COUNTS[self._dialect][which], params)[0][0])

    def steps(
        self, app: AppId, user: UserId, roles: frozenset[RoleId], which: str
    ) -> frozenset[TaskStep]:
        """The steps of which a list has tasks."""
        params = self._params(app, user, roles, which)
        found = self._session.rows(_STEPS_OF[self._dialect][which], params)
        return frozenset((FlowId(flow), NodeId(node), FormId(form)) for flow, node, form in found)

    @property
    def _dialect(self) -> Dialect:
        return self._session.dialect

    def _params(
        self, app: AppId, user: UserId, roles: frozenset[RoleId], which: str
    ) -> dict[str, Any]:
        if which == "pool":
            return {"app": app, "roles": list_param(sorted(roles), self._dialect)}
        return {"app": app, "user": user}

    def _wheres(self, user: UserId, asked: TaskFilter) -> list[sa.ColumnElement[bool]]:
        """What is true of the tasks of a list that is narrowed by more than a step."""
        found = list(_WHERES[self._dialect][asked.which])
        if asked.principals and asked.which == "mine":
            of_all = TASK.c.assignee.in_(sorted({user, *asked.principals}))
            found = [of_all if one is _OF_USER else one for one in found]
        if asked.node is not None:
            found.append(_AT_NODE)
        if asked.any_of is not None:
            found.append(sa.or_(sa.false(), *map(self._match, asked.any_of)))
        return found

    def _match(self, match: TaskMatch) -> sa.ColumnElement[bool]:
        parts: list[sa.ColumnElement[bool]] = []
        if match.steps is not None:
            parts.append(sa.tuple_(*_STEP).in_(sorted(match.steps)))
        if match.records is not None:
            parts.append(self._is_on(match.records))
        return sa.and_(sa.true(), *parts)

    def _is_on(self, queries: Sequence[tuple[FormTable, RecordQuery]]) -> sa.ColumnElement[bool]:
        """That a task's record is found by one of the queries, which the database asks once."""
        if not queries:
            return sa.false()
        each = [self._found(table, query) for table, query in queries]
        return TASK.c.record.in_(sa.union_all(*each) if len(each) > 1 else each[0])

    def _found(self, table: FormTable, query: RecordQuery) -> sa.Select[tuple[str]]:
        layout = self._accesses.of(table).layout
        condition = condition_of(self._session, self._accesses, layout, query)
        return sa.select(layout.table.c.id).where(condition)
