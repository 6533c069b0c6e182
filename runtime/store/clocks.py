"""Clocks of service levels on one connection. What they mean is the engine's affair."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from engines.values import AppId, FormId, RecordId
from runtime.ports import ClockRow
from runtime.store.rows import RowMap
from runtime.store.sql import Session, bind, micros
from runtime.store.tables import CLOCK

CLOCKS = RowMap(CLOCK, ClockRow)

_KEY = ("app", "form", "record", "policy", "target")
_OF_RECORD = sa.and_(
    CLOCK.c.app == bind("app"), CLOCK.c.form == bind("form"), CLOCK.c.record == bind("record")
)
_GET = sa.select(*CLOCKS.columns).where(_OF_RECORD).order_by(CLOCK.c.policy, CLOCK.c.target)
_FORGET = sa.delete(CLOCK).where(_OF_RECORD)
_new = insert(CLOCK).values({column.name: bind(column.name) for column in CLOCKS.columns})
_SAVE = _new.on_conflict_do_update(
    index_elements=list(_KEY),
    set_={
        column.name: _new.excluded[column.name]
        for column in CLOCKS.columns
        if column.name not in _KEY
    },
)
_LATE = (
    sa.select(*CLOCKS.columns)
    .where(
        CLOCK.c.app == bind("app"),
        CLOCK.c.form == bind("form"),
        CLOCK.c.state == sa.literal_column("'running'"),
        CLOCK.c.due_at < bind("now"),
    )
    .order_by(CLOCK.c.due_at)
    .limit(sa.literal_column("200"))
)


class StoredClocks:
    """Clocks on one connection."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_record(self, app: AppId, form: FormId, record: RecordId) -> tuple[ClockRow, ...]:
        key = {"app": app, "form": form, "record": record}
        return CLOCKS.rows(self._session.rows(_GET, key))

    def save(self, rows: Sequence[ClockRow]) -> None:
        self._session.change_many(_SAVE, [CLOCKS.params(row) for row in rows])

    def forget(self, app: AppId, form: FormId, record: RecordId) -> None:
        self._session.change(_FORGET, {"app": app, "form": form, "record": record})

    def late(self, app: AppId, form: FormId, now: datetime) -> tuple[ClockRow, ...]:
        params = {"app": app, "form": form, "now": micros(now)}
        return CLOCKS.rows(self._session.rows(_LATE, params))
