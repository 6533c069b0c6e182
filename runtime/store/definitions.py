"""Apps: published versions, the live pointer, drafts. Interprets no definition."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from engines.errors import Conflict
from engines.values import AppId
from runtime.ports import DraftRow, VersionRow
from runtime.store.form_tables import fresh_version, tables_from_json, tables_to_json
from runtime.store.rows import RowMap
from runtime.store.sql import Row, Session, bind, insert_into, micros, moment_of
from runtime.store.tables import DRAFT, LIVE, VERSION

DRAFTS = RowMap(DRAFT, DraftRow)

LIVE_ONES = "live"  # under which a transaction keeps them, and the next finds them again
_LIVE_NUMBERS = sa.select(LIVE.c.app, LIVE.c.number).order_by(LIVE.c.app)
# Fails where this version is not live, by dividing by nothing: so a pipeline ends there.
_MUST_BE_LIVE = sa.select(
    sa.literal_column("1", sa.BigInteger)
    // sa.select(sa.func.count())
    .where(LIVE.c.app == bind("app"), LIVE.c.number == bind("number"))
    .scalar_subquery()
)
_VERSION = (
    sa.select(*VERSION.c, LIVE.c.number)
    .outerjoin(LIVE, LIVE.c.app == VERSION.c.app)
    .where(VERSION.c.app == bind("app"), VERSION.c.number == bind("number"))
)
_NOTHING: sa.ColumnElement[str] = sa.literal_column("''")
_VERSIONS = (
    sa.select(
        VERSION.c.app,
        VERSION.c.number,
        _NOTHING.label("text"),
        _NOTHING.label("data"),
        VERSION.c.published_at,
        VERSION.c.published_by,
        VERSION.c.note,
        sa.literal_column("'{}'").label("tables"),
        LIVE.c.number,
    )
    .outerjoin(LIVE, LIVE.c.app == VERSION.c.app)
    .where(VERSION.c.app == bind("app"))
    .order_by(VERSION.c.number.desc())
)
_ADD = insert_into(VERSION)
_FIRST_LIVE = (
    insert(LIVE)
    .values({"app": bind("app"), "number": bind("number")})
    .on_conflict_do_nothing(index_elements=["app"])
)
_FLIP = (
    sa.update(LIVE)
    .where(LIVE.c.app == bind("id"), LIVE.c.number == bind("expected"))
    .values(number=bind("next"))
)
_DRAFT = sa.select(*DRAFTS.columns).where(DRAFT.c.app == bind("app"))
_ADD_DRAFT = (
    insert(DRAFT)
    .values({column.name: bind(column.name) for column in DRAFT.c})
    .on_conflict_do_nothing(index_elements=["app"])
)
_SAVE_DRAFT = (
    sa.update(DRAFT)
    .where(DRAFT.c.app == bind("id"), DRAFT.c.revision == bind("expected"))
    .values({column.name: bind(column.name) for column in DRAFT.c if column.name != "app"})
)
_DISCARD = sa.delete(DRAFT).where(DRAFT.c.app == bind("app"))


class StoredDefinitions:
    """Apps on one connection."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def apps(self) -> tuple[AppId, ...]:
        return tuple(self.live_numbers())

    def live_numbers(self) -> dict[AppId, int]:
        steady = self._session.steady
        if steady is None:
            return dict(self._session.rows(_LIVE_NUMBERS))
        if LIVE_ONES not in steady:
            steady[LIVE_ONES] = dict(self._session.rows(_LIVE_NUMBERS))
        found: dict[AppId, int] = steady[LIVE_ONES]
        return found

    def is_live(self, app: AppId, number: int) -> bool:
        if self._session.trusts(_MUST_BE_LIVE, {"app": app, "number": number}):
            return True
        return self.live_numbers().get(app) == number

    def version(self, app: AppId, number: int) -> VersionRow | None:
        row = self._session.first(_VERSION, {"app": app, "number": number})
        return None if row is None else _version(row)

    def versions(self, app: AppId) -> tuple[VersionRow, ...]:
        return tuple(map(_version, self._session.rows(_VERSIONS, {"app": app})))

    def add_version(self, row: VersionRow) -> None:
        self._session.fresh[fresh_version(row.app, row.number)] = True
        params = {
            "app": row.app,
            "number": row.number,
            "text": row.text,
            "data": row.data,
            "published_at": micros(row.published_at),
            "published_by": row.published_by,
            "note": row.note,
            "tables": tables_to_json(row.tables),
        }
        self._session.change(_ADD, params)

    def go_live(self, app: AppId, number: int, expected: int | None) -> None:
        if self._session.steady is not None:
            self._session.steady.clear()
        if expected is None:
            done = self._session.change(_FIRST_LIVE, {"app": app, "number": number})
        else:
            params = {"id": app, "next": number, "expected": expected}
            done = self._session.change(_FLIP, params)
        if done == 0:
            live = self.live_numbers().get(app)
            raise Conflict("Another version went live meanwhile.", {"app": app, "live": live})

    def draft(self, app: AppId) -> DraftRow | None:
        row = self._session.first(_DRAFT, {"app": app})
        return None if row is None else DRAFTS.row(row)

    def save_draft(self, row: DraftRow, expected_revision: int) -> None:
        """A draft that is not there yet is expected at revision 0."""
        if expected_revision == 0:
            done = self._session.change(_ADD_DRAFT, DRAFTS.params(row))
        else:
            params = DRAFTS.params(row, id=row.app, expected=expected_revision)
            done = self._session.change(_SAVE_DRAFT, params)
        if done == 0:
            stored = self.draft(row.app)
            details = {
                "app": row.app,
                "revision": stored.revision if stored else None,
                "updated_by": stored.updated_by if stored else None,
            }
            raise Conflict("Somebody else changed this draft meanwhile.", details)

    def discard_draft(self, app: AppId) -> None:
        self._session.change(_DISCARD, {"app": app})


def _version(row: Row) -> VersionRow:
    app, number, text, data, published_at, published_by, note, tables, live = row
    return VersionRow(
        app=AppId(app),
        number=number,
        text=text,
        data=data,
        published_at=moment_of(published_at),
        published_by=published_by,
        note=note,
        is_live=number == live,
        tables=tables_from_json(AppId(app), tables),
    )
