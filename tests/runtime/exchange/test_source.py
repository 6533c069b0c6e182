"""Files as rows, and files that are not what they say."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from runtime.exchange import parse_apart
from runtime.exchange.mapping import SourceFormat
from runtime.exchange.source import Rows, UnreadableFile, fingerprint, open_rows

PLAIN = SourceFormat()


def rows_of(path: Path, source: SourceFormat = PLAIN) -> tuple[tuple[str, ...], list[tuple]]:
    opened: Rows = open_rows(path, source)
    return opened.columns, [(row.number, *row.cells) for row in opened.rows]


def a_workbook(path: Path, *rows: list[object], title: str = "Sheet") -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = title
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_csv_rows_keep_their_numbers_and_quoted_lines(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text('\ufeffa,b\n1,"x\ny"\n\n2,z\n', "utf-8")

    assert rows_of(file) == (("a", "b"), [(2, "1", "x\ny"), (4, "2", "z")])


def test_csv_of_another_delimiter_and_encoding_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes("a;b\nMü;1\n".encode("latin-1"))

    assert rows_of(file, SourceFormat(delimiter=";", encoding="latin-1"))[1] == [(2, "Mü", "1")]


def test_cells_of_a_workbook_become_canonical_texts(tmp_path: Path) -> None:
    day, instant = date(2026, 3, 1), datetime(2026, 3, 1, 8, 30)  # noqa: DTZ001
    file = a_workbook(
        tmp_path / "a.xlsx", ["a", "b", "c", "d", "e"], [1, 1.5, True, day, instant], [None] * 5
    )

    assert rows_of(file)[1] == [(2, "1", "1.5", "true", "2026-03-01", "2026-03-01 08:30:00")]


def test_json_objects_become_rows_of_all_their_keys(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('[{"a": 1}, {"a": null, "b": "x"}]', "utf-8")

    assert rows_of(file) == (("a", "b"), [(2, "1", ""), (3, "", "x")])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "must name the columns"),
        ("a.csv", b"a,a\n1,2\n", "'a' stands in the file twice"),
        ("a.csv", b"a\n\xff\xfe\n", "row"),
        ("a.csv", b'a\n"open\n', "unexpected end"),
        ("a.pdf", b"a", "source:"),
        ("a.xlsx", b"no archive", "it is no workbook"),
        ("a.json", b'{"a": 1}', "a list of objects"),
        ("a.json", b"[1", "no JSON"),
    ],
)
def test_a_file_that_is_no_table_is_refused(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)

    with pytest.raises(UnreadableFile, match=said):
        rows_of(file)


def test_an_unknown_sheet_is_told_which_there_are(tmp_path: Path) -> None:
    file = a_workbook(tmp_path / "a.xlsx", ["a"], [1], title="People")

    with pytest.raises(UnreadableFile, match="no sheet 'Things', but People"):
        rows_of(file, SourceFormat(sheet="Things"))


def an_archive(path: Path, **parts: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_a_workbook_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"x")
        archive.infolist()[0].file_size = parse_apart.MAX_INFLATED_BYTES + 1

    with pytest.raises(UnreadableFile, match="unpacks to more than"):
        rows_of(file)


def test_a_workbook_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 5_000_000)
        archive.infolist()[0].file_size = 10

    with pytest.raises(UnreadableFile, match="no workbook"):
        rows_of(file)


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/evil", "xl/../../evil"])
def test_a_workbook_with_a_part_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    file = an_archive(tmp_path / "a.xlsx", **{name: b"x"})

    with pytest.raises(UnreadableFile, match="leads elsewhere"):
        rows_of(file)


def test_a_workbook_of_thousands_of_parts_is_refused(tmp_path: Path) -> None:
    file = an_archive(tmp_path / "a.xlsx", **{f"p{n}": b"" for n in range(2_001)})

    with pytest.raises(UnreadableFile, match="2001 parts"):
        rows_of(file)


def test_a_sheet_whose_last_cell_is_far_away_is_stopped_or_read(tmp_path: Path) -> None:
    """A few bytes that claim a full sheet: its reader may take its share, this process nothing."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = "a"
    book.active["XFD1048576"] = "far"
    content = io.BytesIO()
    book.save(content)
    file = tmp_path / "sparse.xlsx"
    file.write_bytes(content.getvalue())

    with pytest.raises(UnreadableFile):
        rows_of(file)


def test_a_fingerprint_has_size_and_both_hashes(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"abc")

    found = fingerprint(file)

    assert (found.size_bytes, found.md5) == (3, "900150983cd24fb0d6963f7d28e17f72")
    assert found.sha256.startswith("ba7816bf8f01cfea")
