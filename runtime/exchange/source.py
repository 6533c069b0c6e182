"""The rows of a file, one after the other, in constant memory.

CSV is read here, line by line. Spreadsheets and JSON are read by `parse_apart` in a process with a
limit on memory and time, because a small hostile file can cost gigabytes.
"""

from __future__ import annotations

import csv
import hashlib
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, compress, islice, zip_longest
from pathlib import Path

import orjson

from engines.errors import AppBuilderError
from runtime.exchange.mapping import SourceFormat

LONGEST_CELL = 1_000_000  # characters
MOST_COLUMNS = 1_000
READ_BYTES = 1 << 20
BATCH = 500  # rows read at once

_STOPPED = "its reader was stopped at its limit of memory or time"


class UnreadableFile(AppBuilderError):
    """The file cannot be read as what it claims to be."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `number` is its place in the file as a person counts, the heading being 1."""

    number: int
    cells: tuple[str, ...]

    def text(self, index: int) -> str:
        """The cell in a column; rows may be shorter than the heading."""
        return self.cells[index] if index < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows that follow each other, a column at a time; all columns are of their length."""

    numbers: Sequence[int]
    columns: Sequence[Sequence[str]]

    def column(self, index: int) -> Sequence[str]:
        """The texts of a column; rows may be shorter than the heading."""
        return self.columns[index] if index < len(self.columns) else [""] * len(self.numbers)

    def row(self, at: int) -> Row:
        """One of the rows."""
        return Row(self.numbers[at], tuple(column[at] for column in self.columns))

    def rows(self) -> Iterator[Row]:
        """All rows."""
        return map(Row, self.numbers, zip(*self.columns, strict=True))

    def part(self, start: int, stop: int | None = None) -> Batch:
        """Some of the rows."""
        some = slice(start, stop)
        return Batch(self.numbers[some], [column[some] for column in self.columns])

    def and_then(self, other: Batch) -> Batch:
        """These rows and others behind them."""
        width = max(len(self.columns), len(other.columns))
        return Batch(
            [*self.numbers, *other.numbers],
            [[*self.column(at), *other.column(at)] for at in range(width)],
        )


@dataclass(frozen=True, slots=True)
class Rows:
    """A file's heading and its rows, which can be taken once."""

    columns: tuple[str, ...]
    batches: Iterator[Batch]

    @property
    def rows(self) -> Iterator[Row]:
        """The rows one by one."""
        return chain.from_iterable(batch.rows() for batch in self.batches)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a file is recognised by."""

    size_bytes: int
    md5: str
    sha256: str


def fingerprint(path: Path) -> Fingerprint:
    """Size and hashes of a file, read once."""
    md5, sha256, size = hashlib.md5(usedforsecurity=False), hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(READ_BYTES):
            md5.update(block)
            sha256.update(block)
            size += len(block)
    return Fingerprint(size, md5.hexdigest(), sha256.hexdigest())


def open_rows(path: Path, source: SourceFormat) -> Rows:
    """The rows of a file. Raises UnreadableFile, also later while rows are taken."""
    kind = source.kind or path.suffix.lower().removeprefix(".")
    if kind == "csv":
        return _headed(_csv_rows(path, source))
    if kind in ("xlsx", "json"):
        return _headed(_rows_read_apart(path, kind, source))
    raise UnreadableFile(
        f"{path.name}: name it .csv, .xlsx or .json, or write source: {{kind: …}} in the mapping."
    )


def _headed(batches: Iterator[Batch]) -> Rows:
    first = next(batches, None)
    if first is None:
        raise UnreadableFile("The file is empty: its first row must name the columns.")
    columns = tuple(cell.strip() for cell in first.row(0).cells)
    doubled = {one for one in columns if one and columns.count(one) > 1}
    if doubled:
        raise UnreadableFile(f"The column {sorted(doubled)[0]!r} stands in the file twice.")
    rest = first.part(1)
    return Rows(columns, chain([rest] if rest.numbers else [], batches))


def _csv_rows(path: Path, source: SourceFormat) -> Iterator[Batch]:
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding=source.encoding, newline="") as file:
        reader = csv.reader(file, delimiter=source.delimiter, strict=True)
        number = 0
        while True:
            cells: list[list[str]] = []
            try:
                cells.extend(islice(reader, BATCH))  # what came before an error stays in it
            except (csv.Error, UnicodeDecodeError) as error:
                number += len(cells)
                raise UnreadableFile(f"{path.name}, after row {number}: {error}.") from error
            except LookupError as error:
                raise UnreadableFile(f"{path.name}: {error}.") from error
            if not cells:
                return
            _require_narrow(number + 1, max(map(len, cells)))
            columns = list(zip_longest(*cells, fillvalue=""))
            yield from _filled(number, columns, list(map(bool, cells)))
            number += len(cells)


def _rows_read_apart(path: Path, kind: str, source: SourceFormat) -> Iterator[Batch]:
    command = [sys.executable, "-m", "runtime.exchange.parse_apart", kind, str(path.resolve())]
    process = subprocess.Popen(  # noqa: S603  our own program, no shell
        [*command, source.sheet],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).resolve().parents[2],
    )
    try:
        yield from _told_rows(path, process.stdout or [])
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _told_rows(path: Path, lines: Iterable[bytes]) -> Iterator[Batch]:
    """Rows out of what the other process tells; it ends with a map, or it was stopped."""
    number = 0
    for line in lines:
        told = orjson.loads(line) if line.endswith(b"\n") else {"refused": _STOPPED}
        if isinstance(told, dict):
            if "refused" in told:
                raise UnreadableFile(f"{path.name} cannot be read: {told['refused']}.")
            return
        _require_narrow(number + 1, len(told))
        are_filled = _are_filled(told)
        yield from _filled(number, told, are_filled)
        number += len(are_filled)
    raise UnreadableFile(f"{path.name} cannot be read: {_STOPPED}.")


def _are_filled(columns: Sequence[Sequence[str]]) -> list[bool]:
    """Which of the rows have a text in any column."""
    if any(map(all, columns)):
        return [True] * len(columns[0])
    return list(map(any, zip(*columns, strict=True)))


def _require_narrow(row: int, columns: int) -> None:
    if columns > MOST_COLUMNS:
        raise UnreadableFile(
            f"The rows from {row} on have {columns} columns; {MOST_COLUMNS} are taken."
        )


def _filled(
    before: int, columns: Sequence[Sequence[str]], are_filled: Sequence[bool]
) -> Iterator[Batch]:
    """The rows that say something, under their numbers; none where no row does."""
    numbers = range(before + 1, before + len(are_filled) + 1)
    if all(are_filled):
        yield Batch(numbers, columns)
    elif any(are_filled):
        kept = [list(compress(column, are_filled)) for column in columns]
        yield Batch(list(compress(numbers, are_filled)), kept)
