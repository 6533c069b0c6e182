"""Cells of a row as answers to a form, by a mapping. Judges no answer; looks nothing up."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from engines.form import lists
from engines.form.instants import read_instant
from engines.form.model import Form
from engines.form.problems import Refused, shown
from engines.kinds import DATE, DATETIME
from engines.values import FieldId, FormId
from runtime.exchange.mapping import Mapping, Moment, Target
from runtime.exchange.source import UnreadableFile

Convert: TypeAlias = Callable[[str], object]

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
DAY_LENGTH = 10
_BREAK = re.compile(r"(?i)<\s*(?:br|/p|/div|/li|/h[1-6]|/tr|/pre)\b[^>]*>")
_UNSEEN = re.compile(r"(?is)<(script|style)\b.*?</\1\s*>|<!--.*?-->")
_TAG = re.compile(r"<[^>]*>")
_MANY_BREAKS = re.compile(r"[ \t]*\n(?:[ \t]*\n)+")


@dataclass(frozen=True, slots=True)
class Lookup:
    """A text that stands for a record: of which form, by which of its fields."""

    form: FormId
    by: str


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a field's text stands in a row and what becomes of it."""

    index: int
    column: str
    field: FieldId
    convert: Convert
    lookup: Lookup | None
    is_as_written: bool = False  # a text of the usual form stays itself; none means nothing
    may_be_day: bool = False  # but a day alone is its midnight


@dataclass(frozen=True, slots=True)
class When:
    """Where a time stands in a row."""

    index: int
    column: str
    format: str
    zone: ZoneInfo

    def read(self, text: str) -> datetime:
        """The instant, in UTC. Raises Refused."""
        written = _parsed(text, self.format) if self.format else midnight(text)
        return read_instant(written, self.zone)


@dataclass(frozen=True, slots=True)
class Columns:
    """A mapping against the heading of one file."""

    cells: tuple[Cell, ...]
    constants: dict[str, object]
    created_at: When | None
    changed_at: When | None
    group_by: int | None

    def answers(self, row: Sequence[str]) -> dict[str, object]:
        """The answers of a row; what cannot be read stands as Refused."""
        found = dict(self.constants)
        width = len(row)
        for cell in self.cells:
            try:
                found[cell.field] = cell.convert(row[cell.index] if cell.index < width else "")
            except Refused as refusal:
                found[cell.field] = refusal
        return found


def columns_of(mapping: Mapping, heading: Sequence[str], form: Form) -> Columns:
    """The mapping for a file. Raises UnreadableFile naming every column the file has not."""
    place = {name: index for index, name in enumerate(heading)}
    times = [one for one in (mapping.created_at, mapping.changed_at) if one is not None]
    wanted = [column for column, _ in mapping.columns] + [one.column for one in times]
    wanted += [mapping.group_by] if mapping.group_by else []
    missing = [column for column in dict.fromkeys(wanted) if column not in place]
    if missing:
        raise UnreadableFile(f"The file has no column {', '.join(map(repr, missing))}.")
    return Columns(
        cells=tuple(
            _cell(place[column], column, target, mapping, form)
            for column, target in mapping.columns
        ),
        constants=dict(mapping.constants),
        created_at=_when(mapping.created_at, place, mapping.zone),
        changed_at=_when(mapping.changed_at, place, mapping.zone),
        group_by=place[mapping.group_by] if mapping.group_by else None,
    )


def _when(moment: Moment | None, place: dict[str, int], zone: ZoneInfo) -> When | None:
    if moment is None:
        return None
    return When(place[moment.column], moment.column, moment.format, zone)


def _cell(index: int, column: str, target: Target, mapping: Mapping, form: Form) -> Cell:
    field = form.fields[target.field]
    lookup = Lookup(field.links_to, target.lookup) if field.links_to and target.lookup else None
    steps = _steps(target, is_date=field.kind == DATE)
    is_converted = any(steps)
    may_be_day = field.kind == DATETIME and not target.format
    if may_be_day:
        steps = (*steps, midnight)
    if field.type.holds_many and not target.split:
        steps, is_converted = (*steps, lists.from_cell), True
    taken = [step for step in steps if step is not None]
    is_as_written = not is_converted and mapping.blank <= {""} and lookup is None
    convert = _converter(mapping.blank, taken)
    return Cell(index, column, target.field, convert, lookup, is_as_written, may_be_day)


def _converter(blank: frozenset[str], steps: Sequence[Convert]) -> Convert:
    if not steps:
        return lambda text: None if text in blank else text

    def convert(text: str) -> object:
        if text.strip() in blank:
            return None
        found: object = text
        for step in steps:
            found = step(found)  # type: ignore[arg-type]
        return found

    return convert


def _steps(target: Target, *, is_date: bool) -> tuple[Convert | None, ...]:
    return (
        _renaming(target) if target.words is not None else None,
        text_of_html if target.is_html else None,
        (lambda text: text[: target.cut]) if target.cut else None,
        _parsing(target.format, is_date=is_date) if target.format else None,
        _splitting(target.split) if target.split else None,
    )


def _renaming(target: Target) -> Convert:
    words, otherwise = target.words or {}, target.otherwise

    def rename(text: str) -> object:
        if text.strip() in words:
            return words[text.strip()]
        if otherwise is None:
            raise Refused("unknown_option", value=shown(text))
        return otherwise

    return rename


def _parsing(pattern: str, *, is_date: bool) -> Convert:
    def parse(text: str) -> object:
        try:
            found = _parsed(text, pattern)
        except Refused:
            raise Refused("not_a_date" if is_date else "not_a_datetime") from None
        return found.date() if is_date else found

    return parse


def _parsed(text: str, pattern: str) -> datetime:
    try:
        # Without a zone on purpose: the reader of the field knows the file's.
        return datetime.strptime(text.strip(), pattern)  # noqa: DTZ007
    except ValueError:
        raise Refused("not_a_datetime") from None


def _splitting(separator: str) -> Convert:
    return lambda text: [one.strip() for one in text.split(separator) if one.strip()]


def midnight(text: str) -> str:
    """A day alone as the instant it begins; other texts as they are.

    Spreadsheets keep no day apart from its midnight: an instant on the hour zero comes as a day.
    """
    return f"{text} 00:00" if _DAY.fullmatch(text) else text


def text_of_html(text: str) -> str:
    """The words of an HTML text, with its paragraphs as lines."""
    without = _UNSEEN.sub("", text)
    plain = html.unescape(_TAG.sub("", _BREAK.sub("\n", without)))
    return _MANY_BREAKS.sub("\n\n", plain.replace("\r", "")).strip()
