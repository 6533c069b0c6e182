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
from pathlib import Path

import orjson

from engines.errors import AppBuilderError
from runtime.exchange.mapping import SourceFormat

LONGEST_CELL = 1_000_000  # characters
MOST_COLUMNS = 1_000
READ_BYTES = 1 << 20

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
class Rows:
    """A file's heading and its rows, which can be taken once."""

    columns: tuple[str, ...]
    rows: Iterator[Row]


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


def _headed(rows: Iterator[Row]) -> Rows:
    first = next(rows, None)
    if first is None:
        raise UnreadableFile("The file is empty: its first row must name the columns.")
    columns = tuple(cell.strip() for cell in first.cells)
    doubled = {one for one in columns if one and columns.count(one) > 1}
    if doubled:
        raise UnreadableFile(f"The column {sorted(doubled)[0]!r} stands in the file twice.")
    return Rows(columns, rows)


def _csv_rows(path: Path, source: SourceFormat) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding=source.encoding, newline="") as file:
        reader = csv.reader(file, delimiter=source.delimiter, strict=True)
        number = 0
        try:
            for cells in reader:
                number += 1
                if cells:
                    yield _row(number, cells)
        except (csv.Error, UnicodeDecodeError) as error:
            raise UnreadableFile(f"{path.name}, after row {number}: {error}.") from error
        except LookupError as error:
            raise UnreadableFile(f"{path.name}: {error}.") from error


def _rows_read_apart(path: Path, kind: str, source: SourceFormat) -> Iterator[Row]:
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


def _told_rows(path: Path, lines: Iterable[bytes]) -> Iterator[Row]:
    """Rows out of what the other process tells; it ends with a map, or it was stopped."""
    number = 0
    for line in lines:
        told = orjson.loads(line) if line.endswith(b"\n") else {"refused": _STOPPED}
        if isinstance(told, dict):
            if "refused" in told:
                raise UnreadableFile(f"{path.name} cannot be read: {told['refused']}.")
            return
        for cells in told:
            number += 1
            if any(cells):
                yield _row(number, cells)
    raise UnreadableFile(f"{path.name} cannot be read: {_STOPPED}.")


def _row(number: int, cells: Sequence[str]) -> Row:
    if len(cells) > MOST_COLUMNS:
        raise UnreadableFile(f"Row {number} has {len(cells)} columns; {MOST_COLUMNS} are taken.")
    return Row(number, tuple(cells))
