"""The full-text index: what is found is what stands there now, field by field."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engines import kinds
from engines.values import FieldId
from runtime.ports import FormTable, RecordQuery, Unit
from tests.support.stores import AnyStore, a_field, a_record, changed, made, record_id, stored

NAMES = ("a", "a_b", "ab", "tags")
EMPTY: dict[str, Any] = dict.fromkeys(NAMES)
WORDS = ("lamp", "lampshade", "红灯", "红", "aªlamp", "a_b", "")
TEXTS = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)
VALUES = st.fixed_dictionaries(
    {**{name: st.none() | TEXTS for name in NAMES[:3]}, "tags": st.none() | st.just(["lamp", "x"])}
)


def a_table(store: AnyStore) -> FormTable:
    fields = [a_field(name, is_searched=True) for name in NAMES[:3]]
    return made(store, *fields, a_field("tags", kinds.TAGS, is_searched=True))


def numbers(store: AnyStore, table: FormTable, words: str, *fields: str) -> list[str]:
    """The records found by words in some fields."""
    asked = tuple(map(FieldId, fields))
    with store.read() as reader:
        page = reader.records.page(table, RecordQuery(table.form, search=words, search_in=asked))
    return sorted(one.id for one in page.records)


def require_sound(store: AnyStore) -> None:
    """The index of SQLite holds the words of its rows and no others; else this raises."""

    def check(unit: Any) -> None:
        if unit.session.dialect == "sqlite":
            command = "INSERT INTO dg_search_words (dg_search_words, rank) VALUES (?, 1)"
            unit.session.raw.execute(command, ("integrity-check",))

    store.run(check)


def test_a_word_is_found_in_its_own_field_alone(store: AnyStore) -> None:
    table = a_table(store)
    stored(store, table, a_record(1, a="lamp", a_b="shade", ab="aªshade"))

    found = {name: numbers(store, table, "shade", name) for name in NAMES[:3]}

    assert found == {"a": [], "a_b": [record_id(1)], "ab": []}
    assert numbers(store, table, "lamp shade", "a", "a_b") == [record_id(1)]
    assert numbers(store, table, "shade") == []


def test_words_next_to_each_other_in_two_fields_are_no_phrase(store: AnyStore) -> None:
    table = a_table(store)
    stored(store, table, a_record(1, a="退款", a_b="款申"), a_record(2, a="退款申"))

    assert numbers(store, table, "退款申", *NAMES) == [record_id(2)]


def test_a_change_of_one_field_leaves_the_words_of_others(store: AnyStore) -> None:
    table = a_table(store)
    before = a_record(1, a="lamp", a_b="red", tags=["old", "kept"])
    stored(store, table, before)
    after = changed(before, a="chair", tags=["new", "kept"])

    store.run(lambda unit: unit.records.update(table, before, after))

    words = ("lamp", "chair", "red", "old", "new", "kept")
    found = {word: len(numbers(store, table, word, *NAMES)) for word in words}
    assert found == {"lamp": 0, "chair": 1, "red": 1, "old": 0, "new": 1, "kept": 1}
    require_sound(store)


@pytest.mark.parametrize("first", [{"a": "lamp"}, {}], ids=["words", "none"])
def test_words_come_and_go_changed(store: AnyStore, first: dict[str, Any]) -> None:
    table = a_table(store)
    one = a_record(1, **{**EMPTY, **first})
    stored(store, table, one)
    emptied = changed(one, a=None)
    filled = changed(emptied, a_b="lamp")

    store.run(lambda unit: unit.records.update(table, one, emptied))
    gone = numbers(store, table, "lamp", *NAMES)
    store.run(lambda unit: unit.records.update(table, emptied, filled))

    assert gone == []
    assert numbers(store, table, "lamp", *NAMES) == [record_id(1)]
    require_sound(store)


def test_a_deleted_record_is_not_found(store: AnyStore) -> None:
    table = a_table(store)
    one = a_record(1, a="lamp", a_b="lamp")
    stored(store, table, one, a_record(2, a="lamp"), a_record(3, ab="chair"))

    store.run(lambda unit: unit.records.delete(table, one))

    assert numbers(store, table, "lamp", *NAMES) == [record_id(2)]
    require_sound(store)


@pytest.fixture
def open_index(store: AnyStore) -> tuple[AnyStore, FormTable]:
    return store, a_table(store)


@given(many=st.lists(VALUES, min_size=1, max_size=4))
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_the_index_follows_any_changes(
    open_index: tuple[AnyStore, FormTable], many: list[dict[str, Any]]
) -> None:
    (store, table), fresh = open_index, a_record(2, **many[-1])
    every = [(word, name) for word in ("lamp", "红灯", "x") for name in NAMES]

    def live(unit: Unit) -> None:
        before = a_record(1, **EMPTY)
        unit.records.insert(table, before)
        for values in many:
            after = changed(before, **values)
            unit.records.update(table, before, after)
            before = after
        unit.records.insert_many(table, [fresh])

    store.run(live)

    found = [numbers(store, table, word, name) for word, name in every]
    assert [one for one in found if one not in ([], [record_id(1), record_id(2)])] == []
    require_sound(store)
    store.run(lambda unit: forget(unit, table))


def forget(unit: Unit, table: FormTable) -> None:
    """Both records."""
    for record in unit.records.get_many(table, [record_id(1), record_id(2)]).values():
        unit.records.delete(table, record)
