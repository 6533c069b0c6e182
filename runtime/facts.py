"""The facts expressions read, loaded in one batch a table before an engine is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from engines.values import FieldId, FormId, RecordId, UserId, Value, Values
from runtime.commands import Actor
from runtime.live import LiveApp
from runtime.ports import Reader, Record

SYSTEM_FIELDS = ("id", "created_at", "created_by", "updated_at", "updated_by")
PEOPLE_FIELDS = frozenset({"created_by", "updated_by"})
USERS = FormId("user")  # what a user field links to; accounts are no form

# Rows behind links that a transaction has loaded: (form, id) -> its values.
Known: TypeAlias = dict[tuple[FormId, str], dict[str, Value]]


def facts_of(
    app: LiveApp,
    actor: Actor,
    now: datetime,
    record: Values,
    old: Values | None = None,
) -> dict[str, Any]:
    """All roots of an expression; `record` comes from `record_values` and is flat."""
    return {**surroundings(app, actor, now), "record": record, "old": old}


def surroundings(app: LiveApp, actor: Actor, now: datetime) -> dict[str, Any]:
    """The roots that are the same for every record: who asks, and when."""
    return {
        "user": actor.facts,
        "now": now,
        "today": now.astimezone(ZoneInfo(app.definition.time_zone)).date(),
        "zone": app.definition.time_zone,
    }


def record_values(
    reader: Reader, app: LiveApp, form: FormId, record: Record, known: Known | None = None
) -> dict[str, Value]:
    """A stored record as the `record` root: its fields, system fields and values behind links."""
    values = {
        **record.values,
        "id": record.id,  # as `system_values`
        "created_at": record.created_at,
        "created_by": record.created_by,
        "updated_at": record.updated_at,
        "updated_by": record.updated_by,
    }
    if not app.definition.linked_keys.get(form):
        return values
    return with_linked(reader, app, form, values, known)


def system_values(record: Record) -> dict[str, Value]:
    """The fields every record has without its author naming them."""
    return {
        "id": record.id,
        "created_at": record.created_at,
        "created_by": record.created_by,
        "updated_at": record.updated_at,
        "updated_by": record.updated_by,
    }


def with_linked(
    reader: Reader,
    app: LiveApp,
    form: FormId,
    values: Mapping[str, Value],
    known: Known | None = None,
) -> dict[str, Value]:
    """`values` with every dotted key that the form's expressions need, e.g. `buyer.phone`.

    One query for each form and depth of link, however many keys and links need it; none for what
    is `known` from an earlier call in the same transaction.
    """
    if not app.definition.linked_keys.get(form):
        return dict(values)
    return many_with_linked(reader, app, form, [values], known)[0]


def many_with_linked(
    reader: Reader,
    app: LiveApp,
    form: FormId,
    rows: Iterable[Mapping[str, Value]],
    known: Known | None = None,
) -> list[dict[str, Value]]:
    """The same for many records, still one query for each form and depth."""
    widened = [dict(row) for row in rows]
    needed = app.definition.linked_keys.get(form, ())
    if needed:
        keys = [(key, key.split(".")) for key in needed]
        _Following(reader, app, {} if known is None else known).follow(form, widened, keys)
    return widened


@dataclass(frozen=True, slots=True)
class _Following:
    """One walk along links; `known` fills with what was loaded."""

    reader: Reader
    app: LiveApp
    known: Known

    def follow(
        self, form: FormId, rows: list[dict[str, Value]], keys: list[tuple[str, list[str]]]
    ) -> None:
        """Fill `keys` (whole dotted key, its steps) of `rows`, one link field at a time."""
        for link in sorted({steps[0] for _, steps in keys}):
            behind = [(key, steps[1:]) for key, steps in keys if steps[0] == link]
            target = _target(self.app, form, FieldId(link))
            linked = self._linked(target, {str(row[link]) for row in rows if row.get(link)})
            deeper = [(".".join(steps), steps) for _, steps in behind if len(steps) > 1]
            if deeper and linked and target is not None:
                self.follow(target, list(linked.values()), deeper)
            for row in rows:
                found = linked.get(str(row.get(link) or ""), {})
                for key, steps in behind:
                    row[key] = found.get(".".join(steps))

    def _linked(self, target: FormId | None, ids: set[str]) -> dict[str, dict[str, Value]]:
        """The rows behind a link by id, of which missing ones are left out."""
        if target is None or not ids:
            return {}
        wanted = sorted(id_ for id_ in ids if (target, id_) not in self.known)
        if wanted:
            for id_, row in self._loaded(target, wanted).items():
                self.known[target, id_] = row
        return {id_: self.known[target, id_] for id_ in ids if (target, id_) in self.known}

    def _loaded(self, target: FormId, ids: list[str]) -> dict[str, dict[str, Value]]:
        if target == USERS:
            people = [self.reader.directory.user(UserId(id_)) for id_ in ids]
            return {one.id: {"name": one.name, "email": one.email} for one in people if one}
        if target not in self.app.tables:
            return {}
        found = self.reader.records.get_many(
            self.app.tables[target], [RecordId(id_) for id_ in ids]
        )
        return {id_: {**one.values, **system_values(one)} for id_, one in found.items()}


def _target(app: LiveApp, form: FormId, field: FieldId) -> FormId | None:
    if field in PEOPLE_FIELDS:
        return USERS
    table = app.tables.get(form)
    stored = table.fields.get(field) if table is not None else None
    return stored.links_to if stored is not None else None
