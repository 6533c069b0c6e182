from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engines import kinds
from engines.values import FieldId, FormId
from runtime.ports import FieldTable, FormTable
from runtime.store import expand
from runtime.store.expand import Step
from tests.support.stores import (
    APP,
    TICKET,
    AnyStore,
    a_field,
    a_record,
    a_table,
    changed,
    opened_store,
    published,
    stored,
)

FIRST = a_table(a_field("subject"), a_field("rank", kinds.INTEGER))
SECOND = a_table(
    a_field("subject", is_indexed=True),
    a_field("rank", kinds.decimal(2), is_indexed=True),
    a_field("tags", kinds.TAGS),
    a_field("cost", kinds.money(2)),
    a_field("phone", is_encrypted=True, is_unique=True),
    a_field("link", kinds.LINK, links_to=TICKET),
)


def test_records_of_an_old_version_live_on_in_the_new_one(store: AnyStore) -> None:
    old = published(store, FIRST)[TICKET]
    stored(store, old, a_record(1, subject="kept", rank=7))

    new = published(store, SECOND, number=2)[TICKET]

    with store.read() as reader:
        found = reader.records.get(new, a_record(1).id)
        as_before = reader.records.get(old, a_record(1).id)
    assert found is not None
    assert found.values["subject"] == "kept"
    assert found.values["rank"] is None  # another kind, another column
    assert as_before == a_record(1, subject="kept", rank=7)


def test_both_versions_write_the_same_record(store: AnyStore) -> None:
    old = published(store, FIRST)[TICKET]
    new = published(store, SECOND, number=2)[TICKET]
    before = a_record(1, subject="a", rank=7)
    stored(store, old, before)
    store.run(lambda unit: unit.records.update(new, before, changed(before, rank=Decimal("1.50"))))

    with store.read() as reader:
        old_view, new_view = (reader.records.get(table, before.id) for table in (old, new))

    assert old_view is not None
    assert old_view.values["rank"] == 7
    assert new_view is not None
    assert new_view.values["rank"] == Decimal("1.50")


def test_a_kind_that_comes_back_finds_its_column_again(store: AnyStore) -> None:
    first = published(store, FIRST)[TICKET]
    published(store, SECOND, number=2)

    third = published(store, FIRST, number=3)[TICKET]

    assert third.fields[FieldId("rank")].column == first.fields[FieldId("rank")].column


def test_a_renamed_field_keeps_its_values(store: AnyStore) -> None:
    old = published(store, FIRST)[TICKET]
    stored(store, old, a_record(1, subject="kept", rank=7))
    renamed = a_table(
        a_field("title", was=FieldId("subject")),
        a_field("subject"),
        a_field("rank", kinds.INTEGER),
    )

    new = published(store, renamed, number=2)[TICKET]

    with store.read() as reader:
        found = reader.records.get(new, a_record(1).id)
    assert found is not None
    assert found.values["title"] == "kept"


def test_making_the_same_tables_again_changes_nothing(store: AnyStore) -> None:
    tables = published(store, SECOND)

    assert steps_left(store, tables) == []


def test_publishing_goes_on_after_being_killed_at_any_step(store: AnyStore) -> None:
    published(store, FIRST)
    tables = dict(store.plan_tables(APP, [SECOND, a_table(a_field("name"), form=OTHER)], {}))
    count = len(steps_left(store, tables))

    for done in range(count):  # killed after each statement, and started anew
        take(store, steps_left(store, tables)[:1])
        assert len(steps_left(store, tables)) == count - done - 1
    store.expand(APP, tables)

    stored(store, tables[TICKET], a_record(1, subject="a", tags=["x"], phone="1"))
    stored(store, tables[OTHER], a_record(2, form=OTHER, name="b"))
    assert count >= 10


def test_a_step_taken_twice_does_no_harm(store: AnyStore) -> None:
    published(store, FIRST)
    tables = dict(store.plan_tables(APP, [a_table(*NEW_FORM, form=OTHER)], {}))
    steps = [step for step in steps_left(store, tables) if "ADD COLUMN" not in step.sql]

    take(store, steps)
    take(store, steps)

    assert steps_left(store, tables) == []


def test_an_index_that_was_left_half_built_is_built_again(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with opened_store("postgres", request, tmp_path) as store:
        wanted = published(store, a_table(a_field("subject", is_indexed=True)))
        spoil(store, "desk__ticket__by_subject")

        left = steps_left(store, wanted)
        store.expand(APP, wanted)

        assert [step.index for step in left] == ["desk__ticket__by_subject"]
        assert steps_left(store, wanted) == []


@pytest.mark.parametrize(
    ("field", "columns"),
    [
        (a_field("subject"), {"subject", "subject__folded"}),
        (a_field("cost", kinds.money(2)), {"cost", "cost__currency"}),
        (a_field("phone", is_encrypted=True), {"phone", "phone__blind"}),
        (
            a_field("mail", is_encrypted=True, is_plain_indexed=True),
            {"mail", "mail__folded", "mail__2", "mail__2__blind"},
        ),
        (a_field("tags", kinds.TAGS), set()),
        (a_field("shown", kinds.NOTHING), set()),
    ],
)
def test_a_field_has_the_columns_of_its_kind(
    store: AnyStore, field: FieldTable, columns: set[str]
) -> None:
    published(store, a_table(field))

    def names(unit: Any) -> set[str]:
        return {one["name"] for one in sa.inspect(unit.session.core).get_columns("desk__ticket")}

    own = {"id", "_revision", "created_at", "created_by", "updated_at", "updated_by"}
    assert store.run(names) - own == columns


OTHER = FormId("other")
NEW_FORM = (a_field("name", is_indexed=True), a_field("tags", kinds.TAGS))


def steps_left(store: AnyStore, tables: Mapping[FormId, FormTable]) -> list[Step]:
    def work(unit: Any) -> list[Step]:
        return expand.missing(unit.session, tables)

    return store.run(work)


def take(store: AnyStore, steps: list[Step]) -> None:
    def work(unit: Any) -> None:
        for step in steps:
            step.take_within(unit.session)

    store.run(work)


def spoil(store: AnyStore, index: str) -> None:
    """Leave the index as a killed CREATE INDEX CONCURRENTLY does."""

    def work(unit: Any) -> None:
        unit.session.raw.execute(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass", (index,)
        )

    store.run(work)
