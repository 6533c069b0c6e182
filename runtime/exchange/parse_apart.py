"""Read a spreadsheet or a JSON file in a process of its own, under a limit of memory and time.

Run by `source`: `python -m runtime.exchange.parse_apart xlsx FILE SHEET`. Prints lines of JSON:
some rows each, as lists of the texts of their columns, and at the end a map, `{"done": true}` or
`{"refused": "why"}`.
"""

from __future__ import annotations

import resource
import sys
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import orjson

Texts: TypeAlias = Sequence[Sequence[str]]  # of some rows, a column at a time

MAX_MEMORY_BYTES = 3 << 30  # of address space; a full sheet of 12 columns takes about half of it
MAX_CPU_S = 300
MAX_INFLATED_BYTES = 1 << 30
MAX_ENTRIES = 2_000
MAX_JSON_BYTES = 256 << 20
BATCH = 500
_WHOLE = 1e15  # whole numbers below are written without a point
_OWN_LOOK = ("e", "n", "-0.0,", "0.0000")  # very small, no number at all, nothing with a sign


class Unreadable(Exception):
    """Why the file is not read."""


def main() -> None:
    """Read the file named on the command line."""
    kind, path, sheet = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_S, MAX_CPU_S))
    try:
        for columns in _sheet(path, sheet) if kind == "xlsx" else _json(path):
            _tell(columns)
        _tell({"done": True})
    except Unreadable as refusal:
        _tell({"refused": str(refusal)})
    except MemoryError:
        _tell({"refused": "it needs more memory than a file may take"})


def _tell(data: object) -> None:
    sys.stdout.buffer.write(orjson.dumps(data) + b"\n")
    sys.stdout.buffer.flush()


def _sheet(path: Path, wanted: str) -> Iterator[Texts]:
    from python_calamine import CalamineError, CalamineWorkbook

    _require_harmless_archive(path)
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        names = workbook.sheet_names
        if wanted and wanted not in names:
            raise Unreadable(f"it has no sheet {wanted!r}, but {', '.join(names)}")
        sheet = workbook.get_sheet_by_name(wanted or names[0])
        yield from _empty_rows(sheet.start)
        rows = sheet.iter_rows()
        while batch := list(islice(rows, BATCH)):
            yield list(map(_texts, zip(*batch, strict=True)))
    except (CalamineError, IndexError) as error:
        raise Unreadable(f"it is no workbook: {error}") from error


def _empty_rows(start: tuple[int, int] | None) -> Iterator[Texts]:
    """Rows above the first filled one, so that rows keep their numbers."""
    if start is not None and start[0]:
        yield [[""] * start[0]]


def _require_harmless_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES:
                raise Unreadable(f"it holds {len(entries)} parts; {MAX_ENTRIES} are taken")
            left = MAX_INFLATED_BYTES
            if sum(entry.file_size for entry in entries) > left:
                raise Unreadable(f"it unpacks to more than {left >> 20} MB")
            for entry in entries:
                if entry.filename.startswith("/") or ".." in entry.filename.split("/"):
                    raise Unreadable("one of its parts has a name that leads elsewhere")
                left = _inflated(archive, entry, left)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError) as error:
        raise Unreadable(f"it is no workbook: {error}") from error


def _inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> int:
    """The bytes still allowed after this part, counted, as a heading may lie."""
    with archive.open(entry) as part:
        while block := part.read(1 << 20):
            left -= len(block)
            if left < 0:
                raise Unreadable(f"it unpacks to more than {MAX_INFLATED_BYTES >> 20} MB")
    return left


def _json(path: Path) -> Iterator[Texts]:
    if path.stat().st_size > MAX_JSON_BYTES:
        raise Unreadable(f"it is larger than {MAX_JSON_BYTES >> 20} MB; write it as CSV")
    try:
        data = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"it is no JSON: {error}") from error
    if not isinstance(data, list) or not all(isinstance(one, dict) for one in data):
        raise Unreadable("it must be a list of objects")
    names = list(dict.fromkeys(key for one in data for key in one))
    yield [[name] for name in names]
    for start in range(0, len(data), BATCH):
        some = data[start : start + BATCH]
        yield [[_text(one.get(name)) for one in some] for name in names]


def _texts(cells: Sequence[Any]) -> Sequence[str]:
    """A column, of which most hold one type."""
    kinds = set(map(type, cells))
    if kinds == {str}:
        return cells
    if kinds == {float}:
        return _numbers(cells)
    if kinds == {datetime}:
        return _quoted(cells).replace("T", " ").split('","')
    if kinds == {date}:
        return _quoted(cells).split('","')
    return list(map(_text, cells))


def _quoted(cells: Sequence[Any]) -> str:
    """The texts of all, with quotes and a comma between them; written in one piece."""
    return orjson.dumps(cells).decode()[2:-2]


def _numbers(cells: Sequence[float]) -> Sequence[str]:
    together = orjson.dumps(cells).decode()[1:-1] + ","
    if max(map(abs, cells)) < _WHOLE and not any(one in together for one in _OWN_LOOK):
        return together.replace(".0,", ",").split(",")[:-1]
    return list(map(_number, cells))


def _number(cell: float) -> str:
    return str(int(cell)) if cell.is_integer() and abs(cell) < _WHOLE else repr(cell)


def _text(cell: Any) -> str:  # noqa: PLR0911  one line a type
    match cell:
        case None:
            return ""
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case float():
            return _number(cell)
        case int():
            return str(cell)
        case datetime():
            return cell.isoformat(" ")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return f"{int(cell.total_seconds())}s"
        case _:
            return orjson.dumps(cell).decode()


if __name__ == "__main__":
    main()
