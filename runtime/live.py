"""Compiled definitions by version, and which version of an app is live. Publishes nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from engines.app import AppDefinition, load_app
from engines.errors import NotFound
from engines.form.model import Form
from engines.kinds import FILES
from engines.values import AppId, FieldId, FormId, RoleId
from runtime.ports import FormTable, Reader
from runtime.watching import Watching

T = TypeVar("T")


class _ByForm(dict[FormId, T]):
    """What forms have, each its own. Raises NotFound for a form that is not there."""

    __slots__ = ()

    def __missing__(self, form: FormId) -> T:
        raise NotFound(f"form {form}")


@dataclass(frozen=True, slots=True)
class LiveApp:
    """One published version, compiled, with where its records stand.

    `form` gives a form by id, `table` where its records stand; both raise NotFound.
    """

    definition: AppDefinition
    number: int
    tables: Mapping[FormId, FormTable]
    link_fields: Mapping[FormId, tuple[FieldId, ...]]
    file_fields: Mapping[FormId, tuple[FieldId, ...]]
    # what roles may do to a form's fields, as the gate found it: see `gate.rights_in`
    rights: dict[tuple[FormId, frozenset[RoleId]], Any] = field(
        default_factory=dict, compare=False
    )
    # tables widened by those of older versions, see `with_fields_of`
    widened: dict[tuple[int, FormId], FormTable] = field(default_factory=dict, compare=False)
    # look-ups of a dictionary as they are, for they are asked many times in every command
    form: Callable[[FormId], Form] = field(init=False, compare=False, repr=False)
    table: Callable[[FormId], FormTable] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "form", _ByForm(self.definition.forms).__getitem__)
        object.__setattr__(self, "table", _ByForm(self.tables).__getitem__)


# From what a version keeps and its number to the compiled definition.
Load = Callable[[str, int], AppDefinition]


class Live:
    """The compiled versions of this process; each is compiled once, whoever asks first."""

    def __init__(self, load: Load | None = None) -> None:
        self._load = load or _load
        self._by_version: dict[tuple[AppId, int], LiveApp] = {}
        self._lock = threading.Lock()
        self.watching = Watching()

    def apps(self, reader: Reader) -> tuple[LiveApp, ...]:
        """The live version of every app, by app id."""
        numbers = reader.definitions.live_numbers()
        return tuple(self.version(reader, app, numbers[app]) for app in sorted(numbers))

    def app(self, reader: Reader, app: AppId, *, seen: int | None = None) -> LiveApp:
        """The live version of an app; `seen` is what it was a moment ago. Raises NotFound."""
        if seen is not None and reader.definitions.is_live(app, seen):
            return self.version(reader, app, seen)
        number = reader.definitions.live_numbers().get(app)
        if number is None:
            raise NotFound(f"app {app}")
        return self._by_version.get((app, number)) or self.version(reader, app, number)

    def known(self, app: AppId, number: int) -> LiveApp | None:
        """One version, if it was asked for before."""
        return self._by_version.get((app, number))

    def version(self, reader: Reader, app: AppId, number: int) -> LiveApp:
        """One version of an app, live or not. Raises NotFound."""
        known = self._by_version.get((app, number))
        if known is not None:
            return known
        with self._lock:
            known = self._by_version.get((app, number))
            if known is None:
                known = self._compiled(reader, app, number)
                self.watching.add(known.definition, number)
                self._by_version[app, number] = known
            return known

    def _compiled(self, reader: Reader, app: AppId, number: int) -> LiveApp:
        row = reader.definitions.version(app, number)
        if row is None:
            raise NotFound(f"version {number} of {app}")
        return live_app(self._load(row.data, number), number, row.tables)


def with_fields_of(live: LiveApp, pinned: LiveApp, form: FormId) -> FormTable:
    """The live table of a form, widened by what a pinned version still shows.

    A column belongs to (field, kind) for ever, so both maps speak of the same physical table.
    """
    table = live.table(form)
    if pinned.number == live.number or form not in pinned.tables:
        return table
    known = live.widened.get((pinned.number, form))
    if known is None:
        known = replace(table, fields={**pinned.tables[form].fields, **table.fields})
        live.widened[pinned.number, form] = known
    return known


def live_app(
    definition: AppDefinition, number: int, tables: Mapping[FormId, FormTable]
) -> LiveApp:
    """A compiled version with what requests ask of its forms laid ready."""
    return LiveApp(
        definition,
        number,
        tables,
        link_fields={
            form: tuple(one.field for one in table.fields.values() if one.links_to is not None)
            for form, table in tables.items()
        },
        file_fields={
            form: tuple(one.field for one in table.fields.values() if one.kind == FILES)
            for form, table in tables.items()
        },
    )


def _load(data: str, number: int) -> AppDefinition:
    return load_app(data, version=number)
