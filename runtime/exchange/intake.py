"""Rows of a file as values of new records: a column at a time, and each text read once.

For forms whose fields stand alone: no value follows from another, no condition decides what is
required. Such a row is taken without a submit, by the same controls and with the same outcome; a
row with anything wrong in it, and every row of another form, is left to `submit`, which alone says
what is wrong. Looks nothing up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import NoneType
from typing import Any, TypeAlias

from engines.form.model import Form
from engines.form.problems import Refused
from engines.form.reading import Reading, line
from engines.values import FieldId, Value
from runtime.exchange.columns import DAY_LENGTH, Cell, Columns, midnight
from runtime.exchange.source import Batch

Linked: TypeAlias = Mapping[FieldId, Mapping[str, str | None]]  # field -> text -> record or None

MOST_REMEMBERED = 5_000  # texts of one column
LONGEST_REMEMBERED = 60

_UNKNOWN = object()
_WRONG = object()  # what the text becomes is for `submit` to say
_NEVER_CHANGED = frozenset({NoneType, str, bool, int, Decimal, date, datetime, timedelta})
_SHARED = _NEVER_CHANGED | {object}


def remembering(form: Form, reading: Reading) -> Form:
    """The form with readers that remember; it reads and refuses the same, for this reading."""
    readers = {name: (_Reader(*one, reading).read, one[1]) for name, one in form.readers.items()}
    return replace(form, readers=readers)


@dataclass(slots=True)
class Intake:
    """The columns of one file as values of one form."""

    form: Form
    columns: Columns
    reading: Reading
    is_able: bool = field(init=False)
    _start: dict[str, Value] = field(init=False)
    _sources: tuple[_Source, ...] = field(init=False)

    def __post_init__(self) -> None:
        form = self.form
        filled = {*self.columns.constants, *(cell.field for cell in self.columns.cells)}
        self._start = dict.fromkeys(map(str, form.stored))
        self._start.update({one.id: one.default for one in form.defaults if one.id not in filled})
        self._sources = tuple(_Source(one, form, self.reading) for one in self.columns.cells)
        self.is_able = (
            _stands_alone(form)
            and filled <= self._start.keys()
            and all(one.id in self._start for one in form.required)
            and self._has_plain_defaults()
            and self._take_constants()
        )

    def values(self, batch: Batch, linked: Linked) -> tuple[dict[str, list[Value]], set[int]]:
        """The values by field, and the rows in which `submit` must look for what is wrong."""
        many = len(batch.numbers)
        columns: dict[str, list[Value]] = {
            name: [value] * many for name, value in self._start.items()
        }
        wrong: set[int] = set()
        for source in self._sources:
            texts = batch.column(source.index)
            columns[source.field], wrong_here = source.values(texts, linked)
            wrong.update(wrong_here)
        for one in self.form.required:
            there = list(map(one.type.has_value, columns[one.id]))
            if not all(there):
                wrong.update(at for at, is_there in enumerate(there) if not is_there)
        return columns, wrong

    def _has_plain_defaults(self) -> bool:
        """Whether defaults may be shared by records, and nothing is wrong with them."""
        return all(
            type(one.default) in _NEVER_CHANGED
            and not any(one.type.check(one.default, one.options))
            for one in self.form.defaults
        )

    def _take_constants(self) -> bool:
        for name, raw in self.columns.constants.items():
            cell = Cell(0, "", FieldId(name), lambda text: text, None)
            try:
                value = _Source(cell, self.form, self.reading).settled(raw)
            except Refused:
                return False
            if type(value) not in _NEVER_CHANGED:
                return False
            self._start[name] = value
        return True


def own_number(answer: object) -> Any:
    """The serial number a file brings, which no person may answer; None where it has none."""
    return line(answer.strip()) if isinstance(answer, str) else None


def _stands_alone(form: Form) -> bool:
    """Whether no field of the form depends on another one."""
    is_conditional = any(one.required is not True for one in form.required)
    return not (form.steps or form.checked or form.readonly or is_conditional)


def _own(value: Value) -> Value:
    """The value for one record alone; two must not share what can be changed."""
    if isinstance(value, list):
        return list(value)
    return dict(value) if isinstance(value, dict) else value


class _Source:
    """One column of the file on its way into a field."""

    __slots__ = (
        "_cell",
        "_check",
        "_is_number",
        "_known",
        "_options",
        "_read",
        "_reading",
        "_type",
        "field",
        "index",
    )

    def __init__(self, cell: Cell, form: Form, reading: Reading) -> None:
        self.index = cell.index
        self.field = cell.field
        self._cell = cell
        self._reading = reading
        self._known: dict[str, Value] = {}
        self._is_number = any(cell.field == serial for serial, _ in form.serials)
        self._type = form.fields[cell.field].type
        reader: Any = form.readers.get(cell.field, (None, None))
        self._read, self._options = reader
        self._check = form.checkers.get(cell.field, (None, None))[0]

    def values(self, texts: Sequence[str], linked: Linked) -> tuple[list[Value], Iterable[int]]:
        """What the texts become, and where something is wrong."""
        plain = self._read_plainly(texts)
        if plain is not None:
            return plain, ()
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        known = self._known
        new = set(texts).difference(known)
        if not new:
            return list(map(known.__getitem__, texts)), ()
        found = {text: self._value(text, linked) for text in new}
        values = [found[text] if text in found else known[text] for text in texts]
        if not _SHARED.issuperset(map(type, found.values())):
            values = [_own(value) for value in values]
        return values, [at for at, value in enumerate(values) if value is _WRONG]

    def _read_plainly(self, texts: Sequence[str]) -> list[Value] | None:
        """The values where the control reads all texts at once; empty cells are empty values."""
        if not self._cell.is_as_written or self._read is None:
            return None
        if self._cell.may_be_day and min(map(len, texts)) <= DAY_LENGTH:
            texts = [midnight(text) if len(text) == DAY_LENGTH else text for text in texts]
        read, options, reading = self._type.read_plain, self._options, self._reading
        if "" not in texts:
            return read(texts, options, reading)
        filled = [text for text in texts if text]
        found = read(filled, options, reading) if filled else []
        if found is None:
            return None
        values = iter(found)
        return [next(values) if text else None for text in texts]

    def settled(self, answer: object) -> Any:
        """The value of an answer that is right; `_WRONG` or Refused for others."""
        if self._read is None:
            return _WRONG
        value = self._read(answer, self._options, self._reading)
        if value is not None and self._check is not None:
            for _ in self._check(value, self._options):
                return _WRONG
        return value

    def _value(self, text: str, linked: Linked) -> Any:
        """What one text becomes; remembered where it can be."""
        try:
            answer = self._cell.convert(text)
            if self._is_number:
                return own_number(answer)
            if self._cell.lookup is not None:
                return self._linked(answer, linked)
            value = self.settled(answer)
        except Refused:
            return _WRONG
        if type(value) in _NEVER_CHANGED and len(text) <= LONGEST_REMEMBERED:
            self._known[text] = value
        return value

    def _linked(self, answer: object, linked: Linked) -> Any:
        if not isinstance(answer, str):
            return answer if answer is None else _WRONG
        found = linked[self.field].get(answer)
        return _WRONG if found is None else self.settled(found)


class _Reader:
    """A control's reader that remembers the short texts it took."""

    __slots__ = ("_known", "_options", "_read", "_reading")

    def __init__(self, read: Callable[..., Value], options: Any, reading: Reading) -> None:
        self._read, self._options, self._reading = read, options, reading
        self._known: dict[str, Value] = {}

    def read(self, raw: object, options: Any, reading: Reading) -> Value:
        """As the control's own `read`."""
        if type(raw) is not str or len(raw) > LONGEST_REMEMBERED or reading is not self._reading:
            return self._read(raw, options, reading)
        value = self._known.get(raw, _UNKNOWN)
        if value is _UNKNOWN:
            value = self._read(raw, options, reading)
            if type(value) in _NEVER_CHANGED:
                if len(self._known) >= MOST_REMEMBERED:
                    self._known.clear()
                self._known[raw] = value
        return value
