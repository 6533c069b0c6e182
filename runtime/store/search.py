"""The full-text index: the words of each searched field, and the condition that finds a record.

SQLite has one row a record in `dg_search`, in which every word carries the mark of its field, and
an FTS5 table over them; PostgreSQL has a row and a tsvector for each field, whose size has a
limit. Both get the segmenter's words, never raw text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Protocol, assert_never

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR, insert

from engines.values import AppId, FieldId, FormId, RecordId
from runtime.store.segment import terms
from runtime.store.sql import Dialect, Session, bind
from runtime.store.tables import SEARCH

Place = tuple[AppId, FormId]
Words = Mapping[FieldId, Sequence[str]]  # an empty sequence: nothing to find here any more
Entry = tuple[RecordId, FieldId, str]  # the words of a field of a record; there are some

WORDS = sa.table(  # FTS5 over the column `words` of dg_search; the first column takes its commands
    "dg_search_words", sa.column("dg_search_words"), sa.column("rowid"), sa.column("words")
)

# Letters that no folded word and no id of a field has: between the two, and for a _ of the id.
_MARKED, _LOW_LINE = "ª", "º"
_TOGETHER = FieldId("")  # the field of a row that has the words of all fields

_FEW = 8  # entries that PostgreSQL adds one by one, as those of one record are
_GIVEN = "dg_search.id"  # the last number given, as the units of a batch know it

_KEY = [SEARCH.c.app, SEARCH.c.form, SEARCH.c.record, SEARCH.c.field]
_AT_FIELD = sa.and_(*(column == bind(column.name) for column in _KEY))
_AT_RECORD = sa.and_(*(column == bind(column.name) for column in _KEY[:3]))
_DROP = sa.delete(SEARCH).where(_AT_FIELD)
_DROP_ALL = sa.delete(SEARCH).where(_AT_RECORD)

_ROWS = sa.table("dg_search", *(sa.column(c.name) for c in SEARCH.c), sa.column("words"))
_LAST = sa.select(sa.func.max(SEARCH.c.id))
_FIND = sa.select(_ROWS.c.id, _ROWS.c.words).where(
    _ROWS.c.record == bind("record"), _ROWS.c.form == bind("form"), _ROWS.c.app == bind("app")
)
_ADD = sa.insert(_ROWS).values({c.name: bind(c.name) for c in _ROWS.c}).inline()
_CHANGE = sa.update(_ROWS).values(words=bind("words")).where(_ROWS.c.id == bind("id_"))
_REMOVE = sa.delete(_ROWS).where(_ROWS.c.id == bind("id_"))
_ADD_WORDS = sa.insert(WORDS).values(rowid=bind("id"), words=bind("words")).inline()
_DROP_WORDS = (
    sa.insert(WORDS)
    .values(dg_search_words=bind("command"), rowid=bind("id"), words=bind("words"))
    .inline()
)

_VECTOR: sa.ColumnElement[Any] = sa.literal_column("dg_search.words", TSVECTOR)
_PG_SEARCH = sa.table(
    "dg_search", *(sa.column(c.name, c.type) for c in _KEY), sa.column("words", TSVECTOR)
)
_VECTOR_OF = sa.func.to_tsvector(sa.literal_column("'simple'::regconfig"), bind("words"))
_upsert = insert(_PG_SEARCH).values({**{c.name: bind(c.name) for c in _KEY}, "words": _VECTOR_OF})
_PG_PUT = _upsert.on_conflict_do_update(
    index_elements=[c.name for c in _KEY], set_={"words": _upsert.excluded.words}
)
_ARRAY = sa.ARRAY(sa.Text)
_NEW = (
    sa.func.unnest(*(sa.bindparam(name, type_=_ARRAY) for name in ("records", "fields", "texts")))
    .table_valued("record", "field", "text")
    .render_derived()
)
_PG_PUT_MANY = sa.insert(_PG_SEARCH).from_select(
    [*(c.name for c in _KEY), "words"],
    sa.select(
        sa.cast(bind("app"), sa.Text),
        sa.cast(bind("form"), sa.Text),
        _NEW.c.record,
        _NEW.c.field,
        sa.func.to_tsvector(sa.literal_column("'simple'::regconfig"), _NEW.c.text),
    ),
)
_PG_ADD = sa.insert(_PG_SEARCH).values(
    {**{c.name: bind(c.name) for c in _KEY}, "words": _VECTOR_OF}
)


class SearchIndex(Protocol):
    """The index of one dialect."""

    def put(self, session: Session, place: Place, record: RecordId, words: Words) -> None:
        """Replace the words of some fields of a record."""

    def add(self, session: Session, place: Place, entries: Sequence[Entry]) -> None:
        """The words of new records."""

    def drop(self, session: Session, place: Place, record: RecordId) -> None:
        """Forget a record."""

    def finds(
        self, place: Place, fields: Iterable[FieldId], query: str, record: sa.ColumnElement[str]
    ) -> sa.ColumnElement[bool]:
        """That every term of a query stands in one of the fields of `record`."""


def search_index(dialect: Dialect) -> SearchIndex:
    """The index as the dialect keeps it."""
    match dialect:
        case Dialect.SQLITE:
            return SqliteIndex()
        case Dialect.POSTGRES:
            return PostgresIndex()
        case _:
            assert_never(dialect)


class SqliteIndex:
    """FTS5 under the row ids of dg_search. What it is to forget it must be told word by word."""

    def put(self, session: Session, place: Place, record: RecordId, words: Words) -> None:
        if not words:
            return
        known = session.first(_FIND, {"app": place[0], "form": place[1], "record": record})
        id_, before = known or (None, "")
        after = _exchanged(before, words)
        if id_ is None:
            self._add(session, place, {record: after} if after else {})
        elif after != before:
            self._forget(session, id_, before)
            if after:
                session.put(_CHANGE, {"id_": id_, "words": after})
                session.put(_ADD_WORDS, {"id": id_, "words": after})
            else:
                session.put(_REMOVE, {"id_": id_})

    def add(self, session: Session, place: Place, entries: Sequence[Entry]) -> None:
        together: dict[RecordId, str] = {}
        for field, some in groupby(entries, key=itemgetter(1)):
            mark = _mark(field)
            behind = f" {mark}"
            for record, _, words in some:
                marked, others = mark + words.replace(" ", behind), together.get(record)
                together[record] = marked if others is None else f"{others} {marked}"
        self._add(session, place, together)

    def _add(self, session: Session, place: Place, texts: Mapping[RecordId, str]) -> None:
        if not texts:
            return
        numbers = _new_numbers(session, len(texts))
        each = list(zip(numbers, texts.items(), strict=True))
        rows = [(at, *place, record, _TOGETHER, text) for at, (record, text) in each]
        session.put_rows(_ADD, rows)
        session.put_rows(_ADD_WORDS, [(at, text) for at, (_, text) in each])

    def _forget(self, session: Session, id_: int, words: str) -> None:
        session.put(_DROP_WORDS, {"command": "delete", "id": id_, "words": words})

    def drop(self, session: Session, place: Place, record: RecordId) -> None:
        known = session.first(_FIND, {"app": place[0], "form": place[1], "record": record})
        if known is not None:
            self._forget(session, *known)
            session.put(_REMOVE, {"id_": known[0]})

    def finds(
        self, place: Place, fields: Iterable[FieldId], query: str, record: sa.ColumnElement[str]
    ) -> sa.ColumnElement[bool]:
        whole: sa.ColumnElement[Any] = sa.literal_column("dg_search_words")
        marks = [_mark(field) for field in sorted(fields)]
        if not marks:
            return sa.false()
        return _all_found(
            record,
            (
                _of_words(place).where(whole.op("MATCH")(_fts_query(term, marks)))
                for term in terms(query)
            ),
        )


class PostgresIndex:
    """A tsvector beside each key of dg_search."""

    def put(self, session: Session, place: Place, record: RecordId, words: Words) -> None:
        for field, found in words.items():
            key = _key(place, record, field)
            if found:
                session.put(_PG_PUT, {**key, "words": " ".join(found)})
            else:
                session.put(_DROP, key)

    def add(self, session: Session, place: Place, entries: Sequence[Entry]) -> None:
        if len(entries) <= _FEW:
            session.put_rows(_PG_ADD, [(*place, *entry) for entry in entries])
        else:
            records, fields, texts = map(list, zip(*entries, strict=True))
            names = {"app": place[0], "form": place[1]}
            more = {"records": records, "fields": fields, "texts": texts}
            session.put(_PG_PUT_MANY, {**names, **more})

    def drop(self, session: Session, place: Place, record: RecordId) -> None:
        session.put(_DROP_ALL, {"app": place[0], "form": place[1], "record": record})

    def finds(
        self, place: Place, fields: Iterable[FieldId], query: str, record: sa.ColumnElement[str]
    ) -> sa.ColumnElement[bool]:
        simple: sa.ColumnElement[Any] = sa.literal_column("'simple'::regconfig")
        names = sorted(fields)
        return _all_found(
            record,
            (
                _in_fields(place, names).where(
                    _VECTOR.op("@@")(sa.func.to_tsquery(simple, _ts_query(term)))
                )
                for term in terms(query)
            ),
        )


def _new_numbers(session: Session, count: int) -> range:
    """Numbers for new entries. Only one connection writes: a batch of units asks once."""
    given = session.steady
    last = given.get(_GIVEN) if given is not None else None
    if last is None:
        row = session.first(_LAST)
        last = (row[0] or 0) if row is not None else 0
    if given is not None:
        given[_GIVEN] = last + count
    return range(last + 1, last + count + 1)


def _key(place: Place, record: RecordId, field: FieldId) -> dict[str, str]:
    return {"app": place[0], "form": place[1], "record": record, "field": field}


def _in_fields(place: Place, fields: Sequence[FieldId]) -> sa.Select[tuple[str]]:
    return sa.select(SEARCH.c.record).where(
        SEARCH.c.app == place[0], SEARCH.c.form == place[1], SEARCH.c.field.in_(fields)
    )


def _of_words(place: Place) -> sa.Select[tuple[str]]:
    """The records of rows found in FTS5, which must come first.

    The plus signs keep SQLite from going by the index of dg_search instead, which would ask FTS5
    once for every row of the form: minutes at 100,000 records.
    """
    app, form = (sa.literal_column(f"+dg_search.{name}", sa.Text) for name in ("app", "form"))
    return (
        sa.select(SEARCH.c.record)
        .join(WORDS, WORDS.c.rowid == SEARCH.c.id)
        .where(app == place[0], form == place[1])
    )


def _all_found(
    record: sa.ColumnElement[str], each: Iterable[sa.Select[tuple[str]]]
) -> sa.ColumnElement[bool]:
    return sa.and_(sa.true(), *(record.in_(one) for one in each))


def _mark(field: FieldId) -> str:
    return field.replace("_", _LOW_LINE) + _MARKED


def _exchanged(marked: str, words: Words) -> str:
    """The marked words of a record with those of some fields exchanged."""
    gone = tuple(map(_mark, words))
    kept = [word for word in marked.split() if not word.startswith(gone)]
    new = [_mark(field) + word for field, found in words.items() for word in found]
    return " ".join([*kept, *new])


def _fts_query(term: Sequence[str], marks: Sequence[str]) -> str:
    # words are letters and digits only, so that quoting them is all the escaping there is
    each = (" ".join([mark + word for word in term]) for mark in marks)
    return " OR ".join(f'"{phrase}" *' for phrase in each)


def _ts_query(term: Sequence[str]) -> str:
    quoted = [f"'{word}'" for word in term]
    return " <-> ".join([*quoted[:-1], f"{quoted[-1]}:*"])
