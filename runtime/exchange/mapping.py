"""Mapping files: which column of a file fills which field, checked against the live form.

Reads no rows; `rows` applies a mapping to them.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engines.diagnostics import Path, Problems, did_you_mean, one_of
from engines.errors import DefinitionError
from engines.form.model import Field, Form
from engines.shape import coerce_and_validate
from engines.source.read import read_source
from engines.values import AppId, FieldId, FormId
from runtime.exchange.mapping_schema import MAPPING_SCHEMA
from runtime.facts import USERS
from runtime.live import LiveApp

RECORD_ID = "id"


@dataclass(frozen=True, slots=True)
class Target:
    """One field that a column fills, and what happens to the text on the way."""

    field: FieldId
    words: MappingOf[str, str | None] | None = None
    otherwise: str | None = None
    format: str = ""
    lookup: str = ""
    split: str = ""
    is_html: bool = False
    cut: int = 0


@dataclass(frozen=True, slots=True)
class Moment:
    """A column with a time."""

    column: str
    format: str = ""


@dataclass(frozen=True, slots=True)
class SourceFormat:
    """How the file is written; empty: as its name says. `file` is its name in its folder."""

    file: str = ""
    kind: str = ""
    delimiter: str = ","
    encoding: str = "utf-8-sig"
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """One mapping file. `group_by` is empty where every row is a record of its own."""

    app: AppId
    form: FormId
    source: SourceFormat
    blank: frozenset[str]
    zone: ZoneInfo
    columns: tuple[tuple[str, Target], ...]
    constants: MappingOf[str, str | None]
    created_at: Moment | None
    group_by: str
    changed_at: Moment | None
    rules: str


@dataclass(frozen=True, slots=True)
class MappingText:
    """A mapping file read but not yet compared with a form."""

    text: str
    name: str
    data: MappingOf[str, Any]

    @property
    def app(self) -> AppId:
        """The app it speaks of."""
        return AppId(str(self.data["app"]))


def read_mapping(text: str, name: str) -> MappingText:
    """A mapping of the right shape. Raises DefinitionError with all that is wrong."""
    problems = Problems()
    source = read_source(text, name)
    data = coerce_and_validate(source, MAPPING_SCHEMA, problems)
    if problems:
        raise DefinitionError(problems.sorted(source))
    return MappingText(text, name, data)  # type: ignore[arg-type]


def linked_mapping(written: MappingText, app: LiveApp) -> Mapping:
    """The mapping against the live form. Raises DefinitionError with all that is wrong."""
    problems = Problems()
    found = _Linker(written.data, app, problems).mapping()
    if problems or found is None:
        raise DefinitionError(problems.sorted(read_source(written.text, written.name)))
    return found


class _Linker:
    def __init__(self, data: MappingOf[str, Any], app: LiveApp, problems: Problems) -> None:
        self._data = data
        self._app = app
        self._problems = problems

    def mapping(self) -> Mapping | None:
        data = self._data
        form = self._app.definition.forms.get(FormId(data["form"]))
        if form is None:
            forms = self._app.definition.forms
            hint = did_you_mean(data["form"], forms) or one_of(forms)
            self._problems.add("M001", ("form",), f"unknown form {data['form']!r}", hint=hint)
            return None
        columns = tuple(self._columns(form))
        constants = data.get("set") or {}
        for field in constants:
            self._field(form, field, ("set", field))
        self._require_once(columns, constants)
        history = data.get("history") or {}
        return Mapping(
            app=self._app.definition.id,
            form=form.id,
            source=SourceFormat(**data.get("source") or {}),
            blank=frozenset(["", *(data.get("blank") or ())]),
            zone=self._zone(),
            columns=columns,
            constants=constants,
            created_at=_moment(data.get("created_at")),
            group_by=history.get("by", ""),
            changed_at=Moment(history["at"], history.get("format", "")) if history else None,
            rules=data.get("rules") or "off",
        )

    def _columns(self, form: Form) -> list[tuple[str, Target]]:
        found = []
        for column, written in self._data["columns"].items():
            path: Path = ("columns", column)
            several = isinstance(written, list)
            for index, one in enumerate(written if several else [written]):
                target = self._target(form, one, (*path, index) if several else path)
                if target is not None:
                    found.append((column, target))
        return found

    def _target(self, form: Form, written: Any, path: Path) -> Target | None:
        options: MappingOf[str, Any] = {"field": written} if isinstance(written, str) else written
        field = self._field(form, options["field"], path)
        if field is None:
            return None
        lookup = options.get("lookup", "")
        self._check_lookup(field, lookup, path)
        return Target(
            field=field.id,
            words=options.get("map"),
            otherwise=options.get("else"),
            format=options.get("format", ""),
            lookup=lookup,
            split=options.get("split", ""),
            is_html=options.get("html", False),
            cut=options.get("cut", 0),
        )

    def _field(self, form: Form, name: str, path: Path) -> Field | None:
        field = form.fields.get(FieldId(name))
        if field is None:
            names = [str(one.id) for one in form.own_fields]
            hint = did_you_mean(name, names) or one_of(names)
            said = f"form {form.id!r} has no field {name!r}"
            self._problems.add("M002", path, said, hint=hint)
            return None
        is_number = any(field.id == serial for serial, _ in form.serials)
        if field.is_system or not (field.takes_answers or is_number):
            said = f"field {name!r} is made by the system or by an expression"
            self._problems.add("M003", path, said, hint="Leave the column out.")
            return None
        return field

    def _check_lookup(self, field: Field, lookup: str, path: Path) -> None:
        if field.links_to is None:
            if lookup:
                said = f"field {field.id!r} links to no form"
                self._problems.add("M004", path, said, hint="Remove 'lookup'.")
            return
        if not lookup:
            said = f"field {field.id!r} links to {field.links_to!r}, but not by which field"
            hint = "Write lookup: with the field that the file's text stands in."
            self._problems.add("M005", path, said, hint=hint)
            return
        known = self._lookups(field.links_to)
        if lookup not in known:
            hint = did_you_mean(lookup, known) or one_of(known)
            said = f"nothing can be looked up by {lookup!r} in {field.links_to!r}"
            self._problems.add("M006", path, said, hint=hint)

    def _lookups(self, target: FormId) -> list[str]:
        if target == USERS:
            return [RECORD_ID, "email"]
        form = self._app.definition.forms[target]
        texts = [str(one.id) for one in form.own_fields if one.is_stored and not one.is_encrypted]
        return [RECORD_ID, *texts]

    def _require_once(
        self, columns: tuple[tuple[str, Target], ...], constants: MappingOf[str, Any]
    ) -> None:
        seen = {FieldId(one) for one in constants}
        for column, target in columns:
            if target.field in seen:
                said = f"field {target.field!r} is filled twice"
                hint = "Leave one of them out."
                self._problems.add("M007", ("columns", column), said, hint=hint)
            seen.add(target.field)

    def _zone(self) -> ZoneInfo:
        name = self._data.get("time_zone") or self._app.definition.time_zone
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            hint = "Write a name such as Asia/Shanghai or UTC."
            self._problems.add("M008", ("time_zone",), f"unknown zone {name!r}", hint=hint)
            return ZoneInfo("UTC")


def _moment(data: MappingOf[str, str] | None) -> Moment | None:
    return Moment(data["column"], data.get("format", "")) if data else None
