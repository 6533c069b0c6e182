"""Access by role and the views of a form: parsed, and checked against its fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engines.diagnostics import Path
from engines.expression.types import TEXT
from engines.form.choices import suggest
from engines.form.conditions import Compiler, Condition
from engines.form.model import Field, FieldAccess, FormAccess, SortKey, View
from engines.form.outline import FieldOutline, FormOutline, Forms
from engines.kinds import Shape
from engines.values import FieldId, LocaleText, RoleId, locale_text

ALL = "all"  # the view that every form has
_ALL_TITLE = (("en", "All"), ("zh", "全部"), ("es", "Todos"), ("ar", "الكل"))
_USUAL_COLUMNS = 6


@dataclass(frozen=True, slots=True)
class SectionParser:
    """Parses `access` and `views` of one form."""

    form: FormOutline
    fields: Mapping[FieldId, Field]
    compiler: Compiler
    known: Forms

    def access(self) -> Mapping[RoleId, FormAccess]:
        """What each role may do; reports F007, F023, F036, F037."""
        written = self.form.data.get("access")
        found: dict[RoleId, FormAccess] = {}
        for role, data in (written if isinstance(written, Mapping) else {}).items():
            path = (*self.form.path, "access", role)
            if role not in self.form.context.roles:
                hint = suggest(role, sorted(self.form.context.roles))
                self.compiler.problems.add("F023", path, f"unknown role {role!r}", hint=hint)
            if isinstance(data, Mapping):
                found[RoleId(role)] = self._access_of(data, path)
        return found

    def views(self) -> Mapping[str, View]:
        """The views, with an implicit `all` unless the author wrote one; reports F006, F015."""
        written = self.form.data.get("views")
        found: dict[str, View] = {}
        for view_id, data in (written if isinstance(written, Mapping) else {}).items():
            if isinstance(data, Mapping):
                found[view_id] = self._view(view_id, data)
        if ALL not in found:
            found[ALL] = View(
                ALL,
                LocaleText(_ALL_TITLE),
                None,
                self._usual_columns(),
                self._usual_sort(),
                self._searched({}, self.form.path),
            )
        return found

    def _access_of(self, data: Mapping[str, Any], path: Path) -> FormAccess:
        written = data.get("fields")
        fields: dict[FieldId, FieldAccess] = {}
        for field_id, word in (written if isinstance(written, Mapping) else {}).items():
            where = (*path, "fields", field_id)
            field = self._guarded(field_id, where)
            if field is not None and word in set(FieldAccess):
                fields[field.id] = self._field_access(field, FieldAccess(word), where)
        return FormAccess(
            create=self.compiler.condition(data, "create", path, default=False),
            read=self._filter(data, "read", path, default=False),
            update=self.compiler.condition(data, "update", path, default=False),
            delete=self.compiler.condition(data, "delete", path, default=False),
            fields=fields,
        )

    def _field_access(self, field: Field, access: FieldAccess, where: Path) -> FieldAccess:
        problems = self.compiler.problems
        if access is FieldAccess.EDIT and not field.takes_answers:
            hint = "Write read."
            problems.add("F036", where, f"nobody can edit {str(field.id)!r}", hint=hint)
        if access is FieldAccess.MASKED and field.mask is None:
            hint = "Give the field a mask, such as mask: {middle: 4}."
            problems.add("F037", where, f"{str(field.id)!r} has no mask", hint=hint)
        return access

    def _view(self, view_id: str, data: Mapping[str, Any]) -> View:
        path = (*self.form.path, "views", view_id)
        when = self._filter(data, "when", path, default=True)
        if when is False:
            when = self.compiler.expression("false", (*path, "when"), None) or True
        columns = self._listed(data, "columns", path)
        return View(
            view_id,
            locale_text(
                data.get("title"),
                view_id.replace("_", " ").capitalize(),
                self.form.context.locales,
            ),
            None if isinstance(when, bool) else when,
            tuple(one.id for one in columns) or self._usual_columns(),
            tuple(self._sort_keys(data, path)) or self._usual_sort(),
            self._searched(data, path),
        )

    def _searched(self, data: Mapping[str, Any], path: Path) -> tuple[FieldId, ...]:
        """The fields a search looks in; every text of the form where the author says nothing."""
        fields = self._listed(data, "search", path)
        if data.get("search") is None:
            texts = [one for one in self.fields.values() if one.value_type == TEXT]
            fields = [one for one in texts if not one.is_system]
        return tuple(one.id for one in fields if self._can_order(one))

    def _filter(
        self, data: Mapping[str, Any], key: str, path: Path, *, default: bool
    ) -> Condition:
        found = self.compiler.condition(data, key, path, default=default)
        self.compiler.report_unfit(found, (*path, key), self._is_folded)
        paths = () if isinstance(found, bool) else sorted(found.paths)
        for read in [read for root, read in paths if root == "record"]:
            self._check_filtered(read, (*path, key))
        for one in () if isinstance(found, bool) else found.sealed_problems(self._is_sealed):
            self.compiler.problems.add("F038", (*path, key), one.message, hint=one.hint)
        return found

    def _is_sealed(self, read: str) -> bool:
        """Whether only the fingerprint of a field can be compared in the database."""
        field = self._field_behind(read) if read else None
        return field is not None and field.is_encrypted and field.data.get("index") != "plain"

    def _is_folded(self, read: str) -> bool:
        """Whether a folded form of the text is stored, so that the database can search it."""
        field = self._field_behind(read)
        shapes = (Shape.FOLDED_TEXT, Shape.FOLDED_LIST)
        return field is not None and field.kind.shape in shapes

    def _field_behind(self, read: str) -> FieldOutline | None:
        """The field at a flat key, `buyer.phone` too."""
        form = self.form.id
        *links, last = (FieldId(part) for part in read.split("."))
        for link in links:
            form = self.known.target_in(form, link) or form
        return self.known.field(form, last)

    def _check_filtered(self, read: str, where: Path) -> None:
        """Report F039 for a field that a database filter cannot compare."""
        field = self._field_behind(read)
        if field is None:
            return
        if not field.kind.columns:
            hint = "Compare the field that it shows, through the link."
            message = f"{read!r} is not stored and cannot choose records"
            self.compiler.problems.add("F039", where, message, hint=hint)

    def _listed(self, data: Mapping[str, Any], key: str, path: Path) -> list[Field]:
        found = []
        for index, field_id in enumerate(data.get(key) or ()):
            where = (*path, key, index)
            field = self._column(str(field_id), where)
            if field is None:
                continue
            if key == "search" and not self._can_order(field):
                self._refuse_order(field, where, "searched in")
            found.append(field)
        return found

    def _sort_keys(self, data: Mapping[str, Any], path: Path) -> Iterable[SortKey]:
        for index, written in enumerate(data.get("sort") or ()):
            where = (*path, "sort", index)
            text = str(written)
            field = self._column(text.removeprefix("-"), where)
            if field is None:
                continue
            if not self._can_order(field):
                self._refuse_order(field, where, "sorted by")
            yield SortKey(field.id, text.startswith("-"))

    def _column(self, field_id: str, where: Path) -> Field | None:
        found = self.fields.get(FieldId(field_id))
        if self._is_unknown(field_id):
            hint = suggest(field_id, sorted(self.fields))
            self.compiler.problems.add("F006", where, f"unknown field {field_id!r}", hint=hint)
        return found

    def _guarded(self, field_id: str, where: Path) -> Field | None:
        found = self.fields.get(FieldId(field_id))
        if self._is_unknown(field_id):
            hint = suggest(field_id, sorted(self.fields))
            self.compiler.problems.add("F007", where, f"unknown field {field_id!r}", hint=hint)
        return found

    def _is_unknown(self, field_id: str) -> bool:
        # A field that could not be outlined has been reported where it stands.
        return field_id not in self.fields and field_id not in (self.form.data.get("fields") or {})

    def _can_order(self, field: Field) -> bool:
        is_sealed = field.is_encrypted and self._option(field, "index") != "plain"
        return field.is_stored and not is_sealed and not field.kind.has_child_table

    def _option(self, field: Field, key: str) -> Any:
        return self.form.fields[field.id].data.get(key)

    def _refuse_order(self, field: Field, where: Path, done: str) -> None:
        if field.is_encrypted:
            hint = "Write index: plain on the field if it may be stored readable."
            message = f"{str(field.id)!r} is encrypted and cannot be {done}"
            self.compiler.problems.add("F015", where, message, hint=hint)
            return
        hint = "Name a field that keeps one value."
        message = f"{str(field.id)!r} cannot be {done}"
        self.compiler.problems.add("F035", where, message, hint=hint)

    def _usual_columns(self) -> tuple[FieldId, ...]:
        shown = [one.id for one in self.fields.values() if not one.is_system and one.is_stored]
        return tuple(shown[:_USUAL_COLUMNS])

    def _usual_sort(self) -> tuple[SortKey, ...]:
        return (SortKey(FieldId("created_at"), is_descending=True),)
