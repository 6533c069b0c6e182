from __future__ import annotations

from dataclasses import replace

import pytest

from engines import kinds
from engines.errors import Conflict
from engines.values import FileId, FormId, UserId
from runtime.ports import DraftRow, FileInfo, FormTable, Unit, VersionRow
from runtime.store.segment import terms, words
from tests.support.stores import APP, START, TICKET, AnyStore, a_field, a_table, record_id

TABLE = replace(
    a_table(
        a_field("a", kinds.decimal(3), column="a", is_indexed=True),
        a_field("b", kinds.money(2), column="b", links_to=FormId("x"), was="old"),
        is_subject=True,
    ),
    table="desk__ticket",
)


def a_version(number: int) -> VersionRow:
    return VersionRow(
        app=APP,
        number=number,
        text=f"app: desk # {number}\n",
        data="{}",
        published_at=START,
        published_by=UserId("ann"),
        note="why",
        is_live=False,
        tables={TICKET: TABLE},
    )


def a_draft(revision: int, text: str) -> DraftRow:
    return DraftRow(APP, text, 1, revision, START, UserId("ann"), history="[]")


def test_a_version_comes_back_as_it_was_with_its_tables(store: AnyStore) -> None:
    store.run(lambda unit: unit.definitions.add_version(a_version(1)))

    with store.read() as reader:
        assert reader.definitions.version(APP, 1) == a_version(1)
        assert reader.definitions.version(APP, 2) is None
        assert reader.definitions.apps() == ()


def test_going_live_flips_the_pointer_from_what_was_expected(store: AnyStore) -> None:
    for number in (1, 2):
        store.run(lambda unit, number=number: unit.definitions.add_version(a_version(number)))
    store.run(lambda unit: unit.definitions.go_live(APP, 1, None))
    store.run(lambda unit: unit.definitions.go_live(APP, 2, 1))

    with store.read() as reader:
        assert reader.definitions.live_numbers() == {APP: 2}
        assert [(one.number, one.is_live) for one in reader.definitions.versions(APP)] == [
            (2, True),
            (1, False),
        ]


@pytest.mark.parametrize(("asked", "is_so"), [(1, False), (2, True), (3, False)])
def test_whether_a_version_is_live_is_true_of_what_is_committed(
    store: AnyStore,
    asked: int,
    is_so: bool,  # noqa: FBT001  a case
) -> None:
    store.run(lambda unit: unit.definitions.go_live(APP, 1, None))
    store.run(lambda unit: unit.definitions.go_live(APP, 2, 1))

    def work(unit: Unit) -> bool:
        found = unit.definitions.is_live(APP, asked)
        unit.definitions.add_version(replace(a_version(7), note=str(found)))
        return found

    told = store.run(work)

    with store.read() as reader:
        kept = reader.definitions.version(APP, 7)
    assert kept is not None
    assert (told, kept.note) == (is_so, str(is_so))


@pytest.mark.parametrize("expected", [None, 2], ids=["none_yet", "another"])
def test_going_live_against_another_version_is_refused(
    store: AnyStore, expected: int | None
) -> None:
    store.run(lambda unit: unit.definitions.go_live(APP, 1, None))

    with pytest.raises(Conflict) as refusal:
        store.run(lambda unit: unit.definitions.go_live(APP, 3, expected))

    assert refusal.value.details["live"] == 1


def test_a_draft_is_saved_over_the_revision_it_was_made_from(store: AnyStore) -> None:
    store.run(lambda unit: unit.definitions.save_draft(a_draft(1, "one"), 0))
    store.run(lambda unit: unit.definitions.save_draft(a_draft(2, "two"), 1))

    with store.read() as reader:
        assert reader.definitions.draft(APP) == a_draft(2, "two")


@pytest.mark.parametrize("expected", [0, 2])
def test_a_draft_changed_meanwhile_is_not_overwritten(store: AnyStore, expected: int) -> None:
    store.run(lambda unit: unit.definitions.save_draft(a_draft(1, "one"), 0))

    with pytest.raises(Conflict) as refusal:
        store.run(lambda unit: unit.definitions.save_draft(a_draft(9, "two"), expected))

    assert refusal.value.details["revision"] == 1


def test_a_discarded_draft_is_gone(store: AnyStore) -> None:
    store.run(lambda unit: unit.definitions.save_draft(a_draft(1, "one"), 0))

    store.run(lambda unit: unit.definitions.discard_draft(APP))

    with store.read() as reader:
        assert reader.definitions.draft(APP) is None


def test_a_file_belongs_to_its_uploader_then_to_its_record(store: AnyStore) -> None:
    info = FileInfo(FileId("f1"), "Rechnung 退款.pdf", "application/pdf", 12, "ab")
    store.run(lambda unit: unit.registry.add_file(info, UserId("ann"), START))
    with store.read() as reader:
        before = reader.registry.file_place(info.id)

    store.run(lambda unit: unit.registry.hold_file(info.id, APP, TICKET, record_id(1)))

    with store.read() as reader:
        assert reader.registry.file(info.id) == info
        assert reader.registry.file_owner(info.id) == "ann"
        assert reader.registry.file_place(info.id) == (APP, TICKET, record_id(1))
        assert reader.registry.file(FileId("f2")) is None
    assert before is None


def test_the_answer_of_a_key_is_kept_for_its_actor(store: AnyStore) -> None:
    store.run(lambda unit: unit.registry.keep_answer("k", "ann", "hash", "answer", START))

    with store.read() as reader:
        assert reader.registry.answer("k", "ann") == ("hash", "answer")
        assert reader.registry.answer("k", "bob") is None


def test_a_run_remembers_how_far_it_is(store: AnyStore) -> None:
    for done in (100, 200):
        state = {"done": done, "at": START}
        store.run(lambda unit, state=state: unit.registry.save_run("r", "import", state, START))

    with store.read() as reader:
        assert reader.registry.run("r") == {"done": 200, "at": START}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Printer-Problem, 2nd floor", ["printer", "problem", "2nd", "floor"]),
        ("退款申请", ["退款", "款申", "申请", "请"]),
        ("iPhone退款15", ["iphone", "退款", "款", "15"]),
        ("ＦＵＬＬ Ähre", ["full", "ähre"]),
        ("a_b", ["a", "b"]),
        ("", []),
        ("！…—", []),
    ],
)
def test_text_is_cut_into_words_and_pairs(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Drucker 退款申", (("drucker",), ("退款", "款申"))),
        ("退", (("退",),)),
        ("a a A", (("a",),)),
        (" ".join("abcdefghijk"), tuple((one,) for one in "abcdefgh")),
    ],
)
def test_a_query_is_a_few_terms(query: str, expected: tuple[tuple[str, ...], ...]) -> None:
    assert terms(query) == expected


def test_a_table_survives_being_written_as_json() -> None:
    from runtime.store.form_tables import tables_from_json, tables_to_json

    tables: dict[FormId, FormTable] = {TICKET: TABLE}

    assert tables_from_json(APP, tables_to_json(tables)) == tables
