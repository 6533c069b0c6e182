"""Make a definition the live version of its app, or an earlier version live again.

Publishing only expands: tables, columns and indexes are added in steps that may be repeated after
a crash; fields that change their kind are copied (`kind_change`); then one small transaction
stores the version and flips the live pointer. A publish that dies half-way leaves nothing but
unused columns, and the next one goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from engines.app import AppDefinition, parse_app, stored_data
from engines.diagnostics import Diagnostic
from engines.errors import Conflict, DefinitionError, NotAllowed, NotFound
from engines.form.model import Form
from engines.kinds import Shape
from engines.messages import SystemChanged
from engines.values import AppId, FormId
from runtime.access import gate
from runtime.commands import Actor, PublishApp, RollBackApp
from runtime.handlers.outcome import Outcome
from runtime.kind_change import KindChange, copy_all, copy_rest, kind_change
from runtime.live import Live
from runtime.perform.timers import arm_schedules
from runtime.ports import (
    FieldTable,
    FormTable,
    Reader,
    Store,
    Unavailable,
    Unit,
    VersionRow,
)

# A gate looks at a definition about to go live and says what forbids it.
Gate = Callable[[AppDefinition, str], Sequence[Diagnostic]]
# From a text and its name to the compiled definition. Raises DefinitionError.
Compile = Callable[[str, str], AppDefinition]


@dataclass(frozen=True, slots=True)
class Publisher:
    """Publishes through the given gates (lint, the definition's own tests, coverage)."""

    store: Store
    live: Live
    gates: tuple[Gate, ...] = ()
    compile: Compile = parse_app

    def publish(self, command: PublishApp, actor: Actor) -> Outcome:
        """Publish a text as the next version; the number is in the outcome.

        Raises DefinitionError with everything that is wrong, Conflict when another version went
        live meanwhile or when nothing differs from the live one.
        """
        definition = self.compile(command.text, command.name)
        found = [one for check in self.gates for one in check(definition, command.text)]
        if found:
            raise DefinitionError(found)
        if command.app not in (None, definition.id):
            raise Conflict(f"This text is of the app {definition.id}, not of {command.app}.")
        with self.store.read() as reader:
            number, live, known = _before(reader, definition.id)
            _require_right(actor, is_new=live is None)
            _require_expected(command, live)
            current = self.live.app(reader, definition.id) if live is not None else None
        tables = self.store.plan_tables(definition.id, wanted_tables(definition), known)
        self.store.expand(definition.id, tables)
        change = kind_change(current, definition, number, tables)
        if change is not None:
            copy_all(self.store, change)
        data = stored_data(command.text, command.name)  # here: nobody waits for it
        prepared = _Prepared(command, data, actor, definition, number, live, tables, change)
        outcome = self.store.run(lambda unit: self._go_live(unit, prepared))
        self._warm(definition.id, number)
        return outcome

    def _warm(self, app: AppId, number: int) -> None:
        """Compile what is live now, so that no request waits for it; not before it is durable.

        Under a number that was given up `live` would keep what never went live.
        """
        with suppress(Unavailable), self.store.read() as reader:
            self.live.version(reader, app, number)

    def roll_back(self, command: RollBackApp, actor: Actor) -> Outcome:
        """Make an earlier version live again; what was started on a later one finishes on it."""
        gate.require_capability(actor, "publish")

        def flip(unit: Unit) -> Outcome:
            current = unit.definitions.live_numbers().get(command.app)
            row = unit.definitions.version(command.app, command.version)
            if row is None:
                raise NotFound(f"version {command.version}")
            if current == command.version:
                raise Conflict(f"Version {current} is live already.")
            unit.definitions.go_live(command.app, command.version, current)
            definition = self.live.version(unit, row.app, row.number).definition
            _after_flip(unit, row, definition, actor, "app_rolled_back")
            return Outcome(version=command.version)

        return self.store.run(flip)

    def _go_live(self, unit: Unit, new: _Prepared) -> Outcome:
        row = VersionRow(
            app=new.definition.id,
            number=new.number,
            text=new.command.text,
            data=new.data,
            published_at=unit.now,
            published_by=new.actor.user,
            note=new.command.note,
            is_live=False,
            tables=new.tables,
        )
        unit.definitions.add_version(row)
        told = copy_rest(unit, new.change) if new.change is not None else {}
        unit.definitions.go_live(row.app, new.number, new.live)
        _after_flip(unit, row, new.definition, new.actor, "app_published")
        return Outcome(version=new.number, details=told)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A version whose tables stand, ready to go live."""

    command: PublishApp
    data: str  # of its text
    actor: Actor
    definition: AppDefinition
    number: int
    live: int | None  # the version it replaces
    tables: Mapping[FormId, FormTable]
    change: KindChange | None = None


def _after_flip(
    unit: Unit, row: VersionRow, definition: AppDefinition, actor: Actor, what: str
) -> None:
    event = SystemChanged(what, row.app, {"version": row.number, "note": row.note})
    unit.events.append(row.app, row.number, [event], actor=actor.user, via=actor.via)
    arm_schedules(unit, definition)


def wanted_tables(definition: AppDefinition) -> tuple[FormTable, ...]:
    """Where the records of every form should stand, before column names are settled."""
    return tuple(_wanted(definition.id, form) for form in definition.forms.values())


def _wanted(app: AppId, form: Form) -> FormTable:
    searched = {name for view in form.views.values() for name in view.search}
    fields = {
        field.id: FieldTable(
            field=field.id,
            kind=field.type.kind(field.options),
            is_encrypted=field.is_encrypted,
            is_plain_indexed=field.is_plain_indexed,
            was=field.was,
            is_unique=field.is_unique,
            is_indexed=field.is_indexed or field.links_to is not None,
            links_to=field.links_to,
            is_searched=field.id in searched,
        )
        for field in form.fields.values()
        if field.kind.shape is not Shape.VIRTUAL and not field.is_system
    }
    return FormTable(app, form.id, "", fields, form.is_subject)


def _before(reader: Reader, app: AppId) -> tuple[int, int | None, Mapping[FormId, FormTable]]:
    """The next number, the live one, and all columns any version of the app has had."""
    versions = reader.definitions.versions(app)
    known: dict[FormId, FormTable] = {}
    for version in reversed(versions):
        for form, table in version.tables.items():
            earlier = known[form].fields if form in known else {}
            known[form] = FormTable(
                table.app, form, table.table, {**earlier, **table.fields}, table.is_subject
            )
    live = next((version.number for version in versions if version.is_live), None)
    return max((version.number for version in versions), default=0) + 1, live, known


def _require_right(actor: Actor, *, is_new: bool) -> None:
    if is_new and not gate.is_unrestricted(actor):
        raise NotAllowed("Only an administrator may install a new app.")
    gate.require_capability(actor, "publish")


def _require_expected(command: PublishApp, live: int | None) -> None:
    if command.expected_live is not None and command.expected_live != (live or 0):
        raise Conflict(
            f"Version {live} went live while you were editing. Compare before you publish.",
            {"live": live},
        )
