"""One reader's view of one app: everything the gate needs for the reads of a single request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engines.errors import NotFound
from engines.form.model import Form
from engines.values import FieldId, FileId, FormId, RecordId, RoleId, UserId, Value
from runtime.access import gate
from runtime.access.gate import FieldRights
from runtime.access.masking import values_as_seen
from runtime.access.shown import VisibleRecord
from runtime.commands import Actor
from runtime.facts import USERS, facts_of, many_with_linked, surroundings, system_values
from runtime.live import LiveApp
from runtime.ports import Reader, Record


@dataclass(slots=True)
class Looking:
    """An actor looking at an app through one reader, at one instant."""

    reader: Reader
    app: LiveApp
    actor: Actor
    now: datetime
    _rights: dict[FormId, FieldRights] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)
    _principals: dict[UserId, frozenset[UserId]] = field(default_factory=dict)
    _lent: dict[UserId, dict[UserId, frozenset[RoleId]]] = field(default_factory=dict)

    def rights(self, form: Form) -> FieldRights:
        """The actor's rights on a form's fields."""
        if form.id not in self._rights:
            self._rights[form.id] = gate.rights_in(self.app, form, self.actor)
        return self._rights[form.id]

    def facts(self, form: FormId, records: Sequence[Record]) -> list[dict[str, Any]]:
        """Facts about each record, in their order; what is behind links comes in one batch."""
        rows = [{**record.values, **system_values(record)} for record in records]
        widened = many_with_linked(self.reader, self.app, form, rows)
        around = surroundings(self.app, self.actor, self.now)
        return [{**around, "record": row, "old": None} for row in widened]

    def blank_facts(
        self, form: FormId, values: Mapping[str, Value] | None = None
    ) -> dict[str, Any]:
        """Facts about values that are no record yet."""
        row = many_with_linked(self.reader, self.app, form, [dict(values or {})])[0]
        return facts_of(self.app, self.actor, self.now, row)

    def stored(self, form: Form, record: RecordId) -> Record:
        """A record the actor may read. Raises NotFound, for others' records too."""
        found = self.reader.records.get(self.app.table(form.id), record)
        if found is None:
            raise NotFound(f"{form.title.in_locale(self.actor.locale)} {record}")
        if not gate.may(form, self.actor, "read", self.facts(form.id, [found])[0]):
            raise NotFound(f"{form.title.in_locale(self.actor.locale)} {record}")
        return found

    def shown(self, form: Form, records: Sequence[Record]) -> tuple[VisibleRecord, ...]:
        """Readable records as the actor may see them; asks nothing about reading any more."""
        all_facts = self.facts(form.id, records)
        self.names_in(form, [record.values for record in records])
        for record in records:
            self.person(record.created_by)
            self.person(record.updated_by)
        return tuple(
            self._shown(form, record, facts)
            for record, facts in zip(records, all_facts, strict=True)
        )

    def title(self, form: Form, record: Record) -> str:
        """A record's title made of what the actor may see of it."""
        seen = values_as_seen(form, self.rights(form), record.values)
        return form.name_of(seen) or record.id[:8]

    def titles(self, form: FormId, records: Iterable[RecordId]) -> dict[str, str]:
        """Titles of records by id, as far as the actor may read them."""
        definition = self.app.definition.forms.get(form)
        if definition is None:
            return {}
        found = self.reader.records.get_many(self.app.table(form), records)
        rows = list(found.values())
        return {
            record.id: self.title(definition, record)
            for record, facts in zip(rows, self.facts(form, rows), strict=True)
            if gate.may(definition, self.actor, "read", facts)
        }

    def names_in(self, form: Form, rows: Sequence[Mapping[str, Value]]) -> Mapping[str, str]:
        """The names behind the ids in values of the form, as far as the actor may know them.

        One query for each form that the values point to.
        """
        for target, ids in self._linked_ids(form, rows).items():
            if target == USERS:
                for id_ in sorted(ids):
                    self.person(UserId(id_))
            elif ids:
                self._names.update(self.titles(target, [RecordId(one) for one in sorted(ids)]))
        files = self.app.file_fields[form.id]
        for file in [one for row in rows for name in files for one in row.get(name) or ()]:
            self._learn_file(FileId(file))
        return self._names

    def person(self, user: UserId | None) -> str:
        """A person's name; '' for nobody."""
        if user is None:
            return ""
        if user not in self._names:
            row = self.reader.directory.user(user)
            self._names[user] = row.name if row is not None else ""
        return self._names[user]

    def principals(self, user: UserId) -> frozenset[UserId]:
        """For whom somebody may act now."""
        if user not in self._principals:
            self._principals[user] = self.reader.staff.principals(user, self.now)
        return self._principals[user]

    def roles_stood_in_for(self, user: UserId) -> Mapping[UserId, frozenset[RoleId]]:
        """The roles of those for whom somebody may act now, by them, in the order of their ids."""
        if user not in self._lent:
            app = self.app
            self._lent[user] = {
                one: gate.with_includes(app, self.reader.directory.roles(app.definition.id, one))
                for one in sorted(self.principals(user))
            }
        return self._lent[user]

    def _shown(self, form: Form, record: Record, facts: Mapping[str, Any]) -> VisibleRecord:
        rights = self.rights(form)
        seen = values_as_seen(form, rights, record.values)
        can_update = gate.may(form, self.actor, "update", facts)
        return VisibleRecord(
            id=record.id,
            form=form.id,
            title=form.name_of(seen) or record.id[:8],
            values={**seen, **{FieldId(k): v for k, v in system_values(record).items()}},
            names=self._names,
            hidden=rights.hidden,
            masked=rights.masked,
            editable=rights.editable if can_update else frozenset(),
            revision=record.revision,
            created_at=record.created_at,
            updated_at=record.updated_at,
            can_update=can_update,
            can_delete=gate.may(form, self.actor, "delete", facts),
        )

    def _linked_ids(
        self, form: Form, rows: Sequence[Mapping[str, Value]]
    ) -> dict[FormId, set[str]]:
        """The ids to learn names for, by the form they belong to."""
        found: dict[FormId, set[str]] = {}
        for name, stored in self.app.table(form.id).fields.items():
            if stored.links_to is not None and name not in self.rights(form).hidden:
                ids = {str(row[name]) for row in rows if row.get(name)}
                found.setdefault(stored.links_to, set()).update(ids - self._names.keys())
        return found

    def _learn_file(self, file: FileId) -> None:
        if file not in self._names:
            info = self.reader.registry.file(file)
            self._names[file] = info.name if info is not None else ""
