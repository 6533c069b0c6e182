"""Small durable facts: files, kept answers, long runs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from engines.values import AppId, FileId, FormId, RecordId, UserId
from runtime.ports import FileInfo
from runtime.store import plain
from runtime.store.rows import RowMap
from runtime.store.sql import Session, bind, insert_into, micros
from runtime.store.tables import ANSWER, FILE, RUN

FILES = RowMap(FILE, FileInfo)

_ADD_FILE = insert_into(FILE)
_FILE = sa.select(*FILES.columns).where(FILE.c.id == bind("id"))
_OWNER = sa.select(FILE.c.owner).where(FILE.c.id == bind("id"))
_PLACE = sa.select(FILE.c.app, FILE.c.form, FILE.c.record).where(FILE.c.id == bind("id"))
_HOLD = (
    sa.update(FILE)
    .where(FILE.c.id == bind("key"))
    .values(app=bind("app"), form=bind("form"), record=bind("record"))
)
_ANSWER = sa.select(ANSWER.c.request, ANSWER.c.answer).where(
    ANSWER.c.key == bind("key"), ANSWER.c.actor == bind("actor")
)
_KEEP = insert_into(ANSWER)
_RUN = sa.select(RUN.c.state).where(RUN.c.id == bind("id"))
_LOCK_RUN = _RUN.with_for_update()  # SQLite leaves it out: its writer is alone
_FORGET_RUN = sa.delete(RUN).where(RUN.c.id == bind("id"))
_save = insert(RUN).values({column.name: bind(column.name) for column in RUN.c})
_SAVE_RUN = _save.on_conflict_do_update(
    index_elements=["id"],
    set_={"state": _save.excluded.state, "updated_at": _save.excluded.updated_at},
)


class StoredRegistry:
    """Small facts on one connection."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_file(self, info: FileInfo, owner: UserId | None, now: datetime) -> None:
        place = {"app": None, "form": None, "record": None}
        row = FILES.params(info, owner=owner, created_at=micros(now), **place)
        self._session.change(_ADD_FILE, row)

    def file(self, id_: FileId) -> FileInfo | None:
        row = self._session.first(_FILE, {"id": id_})
        return None if row is None else FILES.row(row)

    def file_owner(self, id_: FileId) -> UserId | None:
        row = self._session.first(_OWNER, {"id": id_})
        return None if row is None or row[0] is None else UserId(row[0])

    def file_place(self, id_: FileId) -> tuple[AppId, FormId, RecordId] | None:
        row = self._session.first(_PLACE, {"id": id_})
        if row is None or row[2] is None:
            return None
        return AppId(row[0]), FormId(row[1]), RecordId(row[2])

    def hold_file(self, id_: FileId, app: AppId, form: FormId, record: RecordId) -> None:
        place = {"key": id_, "app": app, "form": form, "record": record}
        self._session.change(_HOLD, place)

    def answer(self, key: str, actor: str) -> tuple[str, str] | None:
        row = self._session.first(_ANSWER, {"key": key, "actor": actor})
        return None if row is None else (row[0], row[1])

    def keep_answer(self, key: str, actor: str, request: str, answer: str, now: datetime) -> None:
        row = {"key": key, "actor": actor, "request": request, "answer": answer}
        self._session.change(_KEEP, {**row, "at": micros(now)})

    def run(self, run: str, *, lock: bool = False) -> Mapping[str, Any] | None:
        row = self._session.first(_LOCK_RUN if lock else _RUN, {"id": run})
        if row is None:
            return None
        state: Mapping[str, Any] = plain.loads(row[0])
        return state

    def save_run(self, run: str, kind: str, state: Mapping[str, Any], now: datetime) -> None:
        row = {"id": run, "kind": kind, "state": plain.dumps(state), "updated_at": micros(now)}
        self._session.change(_SAVE_RUN, row)

    def forget_run(self, run: str) -> None:
        self._session.change(_FORGET_RUN, {"id": run})
