from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engines.errors import BugError
from engines.values import FieldId
from runtime.adapters.clock import SettableClock
from runtime.adapters.keys import MasterKeys, new_master_keys
from tests.support.stores import (
    START,
    AnyStore,
    a_field,
    a_record,
    made,
    opened_store,
    record_id,
    stored,
)

PHONE = "13812345678"
OLD, NEW = b"1" * 32, b"2" * 32


def raw(store: AnyStore, sql: str) -> list[Any]:
    def work(unit: Any) -> list[Any]:
        cursor = unit.session.raw.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []

    return store.run(work)


def test_an_encrypted_value_is_nowhere_in_clear(store: AnyStore) -> None:
    table = made(store, a_field("phone", is_encrypted=True, is_unique=True))
    stored(store, table, a_record(1, phone=PHONE))

    ((sealed, blind),) = raw(store, "SELECT phone, phone__blind FROM desk__ticket")

    assert bytes(sealed).startswith(b"v1:")
    assert PHONE.encode() not in bytes(sealed)
    assert PHONE not in blind


def test_equal_values_have_different_ciphertexts_and_one_fingerprint(store: AnyStore) -> None:
    table = made(store, a_field("phone", is_encrypted=True))
    stored(store, table, a_record(1, phone=PHONE), a_record(2, phone=PHONE))

    rows = raw(store, "SELECT phone, phone__blind FROM desk__ticket")

    assert len({bytes(sealed) for sealed, _ in rows}) == 2
    assert len({blind for _, blind in rows}) == 1


def test_a_ciphertext_moved_to_another_record_does_not_open(store: AnyStore) -> None:
    table = made(store, a_field("phone", is_encrypted=True))
    stored(store, table, a_record(1, phone="1"), a_record(2, phone="2"))

    raw(
        store,
        "UPDATE desk__ticket SET phone = (SELECT phone FROM desk__ticket AS other "
        "WHERE other.id LIKE '%1') WHERE id LIKE '%2'",
    )

    with store.read() as reader, pytest.raises(BugError):
        reader.records.get(table, record_id(2))


def test_forgetting_a_subject_leaves_the_others(store: AnyStore) -> None:
    fields = [
        a_field("phone", is_encrypted=True),
        a_field("mail", is_encrypted=True, is_plain_indexed=True, is_searched=True),
    ]
    table = made(store, *fields, is_subject=True)
    stored(store, table, a_record(1, phone="1", mail="a@x.org"), a_record(2, phone="2"))

    was_there = store.run(lambda unit: unit.records.forget(table, record_id(1)))

    with store.read() as reader:
        first, second = (reader.records.get(table, record_id(number)) for number in (1, 2))
    assert was_there
    assert first is not None
    assert first.values == {"phone": None, "mail": None}
    assert second is not None
    assert second.values["phone"] == "2"
    assert "a@x.org" not in str(raw(store, "SELECT * FROM desk__ticket"))
    assert not store.run(lambda unit: unit.records.is_taken(table, FieldId("phone"), "1", None))


def test_only_subjects_can_be_forgotten(store: AnyStore) -> None:
    table = made(store, a_field("phone", is_encrypted=True))

    with pytest.raises(BugError):
        store.run(lambda unit: unit.records.forget(table, record_id(1)))


@pytest.mark.parametrize("database", ["file", "postgres"])
def test_another_process_forgets_the_key_within_a_minute(
    database: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    clock, wrap = SettableClock(START), new_master_keys()
    with (
        opened_store(database, request, tmp_path, wrap=wrap, clock=clock) as one,
        opened_store(database, request, tmp_path, wrap=wrap, clock=clock) as other,
    ):
        table = made(one, a_field("phone", is_encrypted=True), is_subject=True)
        stored(one, table, a_record(1, phone="1"))
        with other.read() as reader:
            before = reader.records.get(table, record_id(1))
        one.run(lambda unit: unit.records.forget(table, record_id(1)))

        clock.advance(timedelta(seconds=61))

        with other.read() as reader:
            after = reader.records.get(table, record_id(1))
    assert before is not None
    assert before.values == {"phone": "1"}
    assert after is not None
    assert after.values == {"phone": None}


def test_a_key_made_in_a_failed_unit_is_not_used_again(store: AnyStore) -> None:
    table = made(store, a_field("phone", is_encrypted=True))
    record = a_record(1, phone="1")

    def fail(unit: Any) -> None:
        unit.records.insert(table, record)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        store.run(fail)
    stored(store, table, record)

    with store.read() as reader:
        assert reader.records.get(table, record.id) == record
    assert len(raw(store, "SELECT id FROM dg_key WHERE scope = 'desk.ticket'")) == 1


def test_rotation_wraps_every_key_with_the_newest_master(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with opened_store("file", request, tmp_path, wrap=MasterKeys([OLD])) as store:
        table = made(store, a_field("phone", is_encrypted=True))
        stored(store, table, a_record(1, phone=PHONE))
        blind = raw(store, "SELECT phone__blind FROM desk__ticket")
    with opened_store("file", request, tmp_path, wrap=MasterKeys([NEW, OLD])) as store:
        rotated = store.rotate_keys()

    with opened_store("file", request, tmp_path, wrap=MasterKeys([NEW])) as store:
        with store.read() as reader:
            found = reader.records.get(table, record_id(1))
        is_taken = store.run(
            lambda unit: unit.records.is_taken(table, FieldId("phone"), PHONE, None)
        )
        assert raw(store, "SELECT phone__blind FROM desk__ticket") == blind
    assert rotated == 2  # the form's and the fingerprints'
    assert found is not None
    assert found.values == {"phone": PHONE}
    assert is_taken


def test_without_its_master_key_a_database_does_not_start(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with opened_store("file", request, tmp_path, wrap=MasterKeys([OLD])) as store:
        table = made(store, a_field("phone", is_encrypted=True))
        stored(store, table, a_record(1, phone=PHONE))

    with (
        pytest.raises(BugError, match="not in the key file"),
        opened_store("file", request, tmp_path, wrap=MasterKeys([NEW])),
    ):
        pass
