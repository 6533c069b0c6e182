"""Exports: who gets which rows and values, and files that no spreadsheet calculates."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from engines.errors import NotAllowed, NotFound
from engines.messages import SystemChanged
from engines.values import FieldId, FormId
from runtime.commands import SYSTEM, Actor
from runtime.exchange.csv_text import harmless
from runtime.exchange.exporting import Wanted, export_records
from tests.support.imports import an_import
from tests.support.worlds import World

MAPPING = """\
import: 1
app: shop
form: buyer
columns: {code: code, name: name, phone: phone, level: level, secret: secret, inner: inner}
"""
BUYERS = """\
code,name,phone,level,secret,inner
B1,Ann,+49 30 901820,gold,gold mine,seen by nobody
B2,=1+1,+49 30 901821,plain,cellar,seen by nobody
"""


@pytest.fixture
def filled(world: World, tmp_path: Path) -> World:
    file = tmp_path / "buyers.csv"
    file.write_text(BUYERS, "utf-8")
    assert an_import(world, file, MAPPING).run().is_whole
    return world


def exported(world: World, actor: Actor, path: Path, *columns: str) -> list[list[str]]:
    """The rows of a CSV export, heading first, by the first column."""
    wanted = Wanted(world.app, FormId("buyer"), path, columns=tuple(map(FieldId, columns)))
    export_records(world, actor, wanted)
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    return [head, *sorted(rows)]


def test_an_export_has_only_rows_and_fields_its_reader_may_see(
    filled: World, tmp_path: Path
) -> None:
    clerk = filled.person("cleo", "clerk")

    head, *rows = exported(filled, clerk, tmp_path / "a.csv")

    assert head[:4] == ["code", "name", "phone", "level"]
    assert not {"secret", "inner"} & set(head)
    assert [row[0] for row in rows] == ["B2"]


def test_an_export_tells_ids_and_who_made_each_record(filled: World, tmp_path: Path) -> None:
    head = filled.person("hal", "head")
    made = filled.submit(head, "buyer", code="B9", name="Zoe", level="plain")

    _, *rows = exported(filled, head, tmp_path / "a.csv", "code", "id", "created_by")

    assert rows[-1] == ["B9", made, "Hal"]
    assert all(len(id_) == 36 for _, id_, _ in rows)


def test_masked_values_stay_masked_in_an_export(filled: World, tmp_path: Path) -> None:
    clerk = filled.person("cleo", "clerk")

    _, row = exported(filled, clerk, tmp_path / "a.csv", "phone")

    assert "****" in row[0]


def test_encrypted_values_are_plain_for_who_may_see_them(filled: World, tmp_path: Path) -> None:
    head = filled.person("hal", "head")

    _, *rows = exported(filled, head, tmp_path / "a.csv", "code", "secret")

    assert [row[1] for row in rows] == ["gold mine", "cellar"]


@pytest.mark.parametrize("column", ["secret", "inner", "nothing"])
def test_a_column_that_may_not_be_exported_is_not_found(
    filled: World, tmp_path: Path, column: str
) -> None:
    clerk = filled.person("cleo", "clerk")

    with pytest.raises(NotFound):
        exported(filled, clerk, tmp_path / "a.csv", column)


def test_an_export_needs_the_right_to_export(filled: World, tmp_path: Path) -> None:
    nobody = filled.person("noa")

    with pytest.raises(NotAllowed):
        exported(filled, nobody, tmp_path / "a.csv")


def test_an_export_is_told_to_the_log(filled: World, tmp_path: Path) -> None:
    exported(filled, SYSTEM, tmp_path / "a.csv", "code")

    filled.store.run(lambda unit: unit.events.seal(unit.now))
    with filled.store.read() as reader:
        told = [one.event for one in reader.events.after(0, 100)]
    assert (
        SystemChanged(
            "records_exported", "shop.buyer", {"view": "all", "fields": ["code"], "count": 2}
        )
        in told
    )


def test_a_failed_export_leaves_no_file(filled: World, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        exported(filled, SYSTEM, tmp_path / "a.csv", "nothing")

    assert list(tmp_path.glob("*a.csv*")) == []


def test_an_exported_sheet_has_texts_and_no_formulas(filled: World, tmp_path: Path) -> None:
    wanted = Wanted(filled.app, FormId("buyer"), tmp_path / "a.xlsx")

    export_records(filled, SYSTEM, wanted)

    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Buyers"]
    assert sheet["A1"].value == "code"
    assert "=1+1" in [cell.value for cell in sheet["B"]]
    assert {cell.data_type for cell in sheet["B"]} == {"s"}


def test_what_was_exported_can_be_imported_again(filled: World, tmp_path: Path) -> None:
    exported(filled, SYSTEM, tmp_path / "a.csv", "name", "level")
    mapping = "import: 1\napp: shop\nform: buyer\ncolumns: {name: name, level: level}\n"

    report = an_import(filled, tmp_path / "a.csv", mapping).run()

    assert report.is_whole
    assert report.read["records"] == 2


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+49 30", "-5 apples", "@sum", " =1", "\ufeff=1", "\t=1", "＝1", "＠a"],
)
def test_a_text_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["plain", "5-3", "a=b", "", "ann@example.org", "中文"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text
