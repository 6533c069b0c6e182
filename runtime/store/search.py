"""The full-text index: the words of each searched field, and the condition that finds a record.

SQLite keeps the words in an FTS5 table under the row id of `dg_search`; PostgreSQL keeps a
tsvector in a column of it. Both get the segmenter's words, never raw text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, assert_never

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR, insert

from engines.values import AppId, FieldId, FormId, RecordId
from runtime.store.segment import terms
from runtime.store.sql import Dialect, Session, bind, insert_into
from runtime.store.tables import SEARCH

Place = tuple[AppId, FormId]
Words = Mapping[FieldId, Sequence[str]]  # an empty sequence: nothing to find here any more
Entry = tuple[RecordId, FieldId, str]  # the words of a field of a record; there are some

WORDS = sa.table("dg_search_words", sa.column("rowid"), sa.column("words"))  # FTS5

_FEW = 8  # entries that PostgreSQL adds one by one, as those of one record are
_GIVEN = "dg_search.id"  # the last number given, as the units of a batch know it

_KEY = [SEARCH.c.app, SEARCH.c.form, SEARCH.c.record, SEARCH.c.field]
_AT_FIELD = sa.and_(*(column == bind(column.name) for column in _KEY))
_AT_RECORD = sa.and_(*(column == bind(column.name) for column in _KEY[:3]))
_ADD = insert_into(SEARCH)
_LAST = sa.select(sa.func.max(SEARCH.c.id))
_FIND = sa.select(SEARCH.c.id).where(_AT_FIELD)
_FIND_ALL = sa.select(SEARCH.c.id).where(_AT_RECORD)
_DROP = sa.delete(SEARCH).where(_AT_FIELD)
_DROP_ALL = sa.delete(SEARCH).where(_AT_RECORD)
_ADD_WORDS = sa.insert(WORDS).values(rowid=bind("id"), words=bind("words")).inline()
_DROP_WORDS = sa.delete(WORDS).where(WORDS.c.rowid == bind("id"))

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
    """FTS5 under the row ids of dg_search."""

    def put(self, session: Session, place: Place, record: RecordId, words: Words) -> None:
        for field, found in words.items():
            key = _key(place, record, field)
            known = session.first(_FIND, key)
            if known is not None:
                session.change(_DROP_WORDS, {"id": known[0]})
            if not found:
                session.change(_DROP, key)
                continue
            if known is None:
                self._add(session, [(*place, record, field)], [" ".join(found)])
            else:
                session.put(_ADD_WORDS, {"id": known[0], "words": " ".join(found)})

    def add(self, session: Session, place: Place, entries: Sequence[Entry]) -> None:
        keys = [(*place, record, field) for record, field, _ in entries]
        self._add(session, keys, [words for _, _, words in entries])

    def _add(
        self, session: Session, keys: Sequence[tuple[str, ...]], texts: Sequence[str]
    ) -> None:
        numbers = _new_numbers(session, len(keys))
        session.put_rows(_ADD, [(at, *key) for at, key in zip(numbers, keys, strict=True)])
        session.put_rows(_ADD_WORDS, list(zip(numbers, texts, strict=True)))

    def drop(self, session: Session, place: Place, record: RecordId) -> None:
        key = {"app": place[0], "form": place[1], "record": record}
        for (known,) in session.rows(_FIND_ALL, key):
            session.change(_DROP_WORDS, {"id": known})
        session.change(_DROP_ALL, key)

    def finds(
        self, place: Place, fields: Iterable[FieldId], query: str, record: sa.ColumnElement[str]
    ) -> sa.ColumnElement[bool]:
        whole: sa.ColumnElement[Any] = sa.literal_column("dg_search_words")
        names = sorted(fields)
        return _all_found(
            record,
            (
                _of_words(place, names).where(whole.op("MATCH")(_fts_query(term)))
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


def _of_words(place: Place, fields: Sequence[FieldId]) -> sa.Select[tuple[str]]:
    """The same for rows found in FTS5, which must come first.

    The plus signs keep SQLite from going by the index of dg_search instead, which would ask FTS5
    once for every row of the form: minutes at 100,000 records.
    """
    app, form, field = (
        sa.literal_column(f"+dg_search.{name}", sa.Text) for name in ("app", "form", "field")
    )
    return (
        sa.select(SEARCH.c.record)
        .join(WORDS, WORDS.c.rowid == SEARCH.c.id)
        .where(app == place[0], form == place[1], field.in_(fields))
    )


def _all_found(
    record: sa.ColumnElement[str], each: Iterable[sa.Select[tuple[str]]]
) -> sa.ColumnElement[bool]:
    return sa.and_(sa.true(), *(record.in_(one) for one in each))


def _fts_query(term: Sequence[str]) -> str:
    # words are letters and digits only, so that quoting them is all the escaping there is
    return f'"{" ".join(term)}" *'


def _ts_query(term: Sequence[str]) -> str:
    quoted = [f"'{word}'" for word in term]
    return " <-> ".join([*quoted[:-1], f"{quoted[-1]}:*"])
