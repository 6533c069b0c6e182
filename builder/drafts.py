"""Drafts of definitions: open, change, undo, merge, save as text, discard, publish, restore.

Everything is checked against the draft's revision; what happens to a published definition is
the runtime's business (`PublishApp`, `RollBackApp`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol

from builder.diff import compare
from builder.draft_state import Draft, DraftState, forget, overlap, version_of, view_of
from builder.history import History, Step, text_before
from builder.new_app import free_app_id, new_app_text
from builder.operations.catalog import Operation, name_of
from builder.operations.form import RenameField
from builder.operations.make import collision, make
from builder.operations.splice import (
    difference,
    rebase,
    rebase_over_all,
)
from engines.diagnostics import Path
from engines.errors import Conflict, DefinitionError
from engines.source import read_source
from engines.source.edits import has
from engines.values import AppId
from runtime.access.gate import require_capability
from runtime.commands import Actor, Command, PublishApp, RollBackApp
from runtime.ports import DraftRow, Store, Unit, VersionRow


class Bus(Protocol):
    """Carries out commands; the runtime's own."""

    def execute(self, command: Command, actor: Actor) -> Any:
        """Do it, or raise."""
        ...


class Drafts:
    """The drafts of all apps. Every method takes the actor first and asks for `design`."""

    def __init__(self, store: Store, bus: Bus) -> None:
        self._store = store
        self._bus = bus

    def begin(self, actor: Actor, title: str) -> AppId:
        """A new app with nothing in it, published as version 1 in the actor's language."""
        with self._store.read() as reader:
            app = AppId(free_app_id(title, reader.definitions.live_numbers()))
        text = new_app_text(app, title, actor.locale.split("-", 1)[0], actor.time_zone)
        self._bus.execute(PublishApp(text, _file_name(app)), actor)
        return app

    def view(self, actor: Actor, app: AppId) -> Draft:
        """The draft, or the live definition where nobody changed anything. Raises NotFound."""
        require_capability(actor, "design")
        with self._store.read() as reader:
            return view_of(reader, actor, app)

    def apply(
        self, actor: Actor, app: AppId, revision: int, operations: Sequence[Operation]
    ) -> Draft:
        """Make gestures that were made on `revision`.

        On a newer draft they are made all the same when nobody touched their places since.
        Raises Conflict naming the places otherwise.
        """

        def change(state: DraftState) -> Step:
            made = make(_knowing_published(operations, state), state.row.text, _file_name(app))
            later = _known_since(state.history, revision)
            _refuse_collision(made.touched, later, state.row)
            return state.step(name_of(operations[-1]), made.splices, made.touched)

        return self._change(actor, app, change)

    def tried(self, actor: Actor, app: AppId, operations: Sequence[Operation]) -> str:
        """The text as these gestures would leave it; nothing is kept."""
        return make(operations, self.view(actor, app).text, _file_name(app)).text

    def save_text(self, actor: Actor, app: AppId, revision: int, text: str) -> Draft:
        """Replace the whole text, as the author wrote it on `revision`; merged by lines."""

        def change(state: DraftState) -> Step:
            later = _known_since(state.history, revision)
            base = text_before(state.row.text, later)
            mine = difference(base, text)
            splices = rebase_over_all(mine, [step.splices for step in later])
            if splices is None:
                raise overlap(later, state.row, _touched(base, text, app))
            return state.step("text", splices, _touched(base, text, app))

        return self._change(actor, app, change)

    def undo(self, actor: Actor, app: AppId) -> Draft:
        """Take back the actor's last step."""
        return self._change(actor, app, lambda state: state.taking_back("undo"))

    def redo(self, actor: Actor, app: AppId) -> Draft:
        """Make again what the actor's last undo took back."""
        return self._change(actor, app, lambda state: state.taking_back("redo"))

    def restore(self, actor: Actor, app: AppId, number: int) -> Draft:
        """Make an earlier version's text the draft; an undo brings back what was there."""
        with self._store.read() as reader:
            version = version_of(reader, app, number)

        def change(state: DraftState) -> Step:
            splices = difference(state.row.text, version.text)
            return state.step("restore", splices, _touched(state.row.text, version.text, app))

        return self._change(actor, app, change)

    def merge_live(self, actor: Actor, app: AppId) -> Draft:
        """Bring what was published meanwhile into the draft, and stand on that version."""

        def change(state: DraftState) -> Step:
            base, live = state.row.base_version, state.live
            if live is None or base == live.number:
                raise Conflict("The draft already stands on the live version")
            old = version_of(state.unit, app, base).text if base else ""
            theirs = rebase(difference(old, live.text), difference(old, state.row.text))
            if theirs is None:
                paths = [list(one.path) for one in _differing(old, live.text, app)]
                raise Conflict("The live version changed the same lines", {"paths": paths})
            state.base_version = live.number
            return state.step("merge", theirs, _touched(old, live.text, app))

        return self._change(actor, app, change)

    def discard(self, actor: Actor, app: AppId, revision: int) -> Draft:
        """Forget all changes since the version that is live."""
        require_capability(actor, "design")

        def work(unit: Unit) -> Draft:
            state = DraftState(unit, actor, app)
            if state.row.revision != revision:
                raise overlap(state.history.since(revision) or (), state.row, ())
            forget(unit, state)
            return view_of(unit, actor, app)

        return self._store.run(work)

    def publish(self, actor: Actor, app: AppId, revision: int, note: str) -> int:
        """Make the draft the live version; its number. Raises DefinitionError, Conflict."""
        require_capability(actor, "publish")
        draft = self.view(actor, app)
        if draft.revision != revision:
            raise Conflict("The draft was changed meanwhile", {"revision": draft.revision})
        command = PublishApp(draft.text, _file_name(app), note, draft.base_version or None, app)
        self._bus.execute(command, actor)

        def work(unit: Unit) -> int:
            state = DraftState(unit, actor, app)
            if state.row.revision == revision:
                forget(unit, state)
            return unit.definitions.live_numbers()[app]

        return self._store.run(work)

    def roll_back(self, actor: Actor, app: AppId, number: int) -> None:
        """Make an earlier version live again; the draft stays as it is."""
        require_capability(actor, "publish")
        self._bus.execute(RollBackApp(app, number), actor)

    def versions(self, actor: Actor, app: AppId) -> tuple[VersionRow, ...]:
        """Published versions, newest first, without their texts."""
        require_capability(actor, "design")
        with self._store.read() as reader:
            return reader.definitions.versions(app)

    def version_text(self, actor: Actor, app: AppId, number: int) -> str:
        """The text of a published version; that of the live one for number 0."""
        require_capability(actor, "design")
        with self._store.read() as reader:
            wanted = number or reader.definitions.live_numbers().get(app, 0)
            return version_of(reader, app, wanted).text if wanted else ""

    def _change(self, actor: Actor, app: AppId, change: Callable[[DraftState], Step]) -> Draft:
        require_capability(actor, "design")

        def work(unit: Unit) -> Draft:
            state = DraftState(unit, actor, app)
            state.save(change(state))
            return view_of(unit, actor, app)

        return self._store.run(work)


def _file_name(app: AppId) -> str:
    return f"{app}.yaml"


def _knowing_published(operations: Sequence[Operation], state: DraftState) -> list[Operation]:
    """Renames say whether data stand under the old id: the live version knows, no browser."""
    if not any(isinstance(one, RenameField) for one in operations) or state.live is None:
        return list(operations)
    live = read_source(state.live.text, _file_name(state.app)).data
    return [
        replace(one, is_published=has(live, ("forms", one.form, "fields", one.field)))
        if isinstance(one, RenameField)
        else one
        for one in operations
    ]


def _known_since(history: History, revision: int) -> tuple[Step, ...]:
    later = history.since(revision)
    if later is None or revision > history.last_revision:
        raise Conflict(
            "The draft was discarded or published meanwhile",
            {"revision": history.last_revision, "paths": []},
        )
    return later


def _refuse_collision(touched: Sequence[Path], later: Sequence[Step], row: DraftRow) -> None:
    for step in later:
        if collision(touched, step.touched) is not None:
            raise overlap(later, row, tuple(touched))


def _touched(before: str, after: str, app: AppId) -> tuple[Path, ...]:
    return tuple(change.path for change in _differing(before, after, app))


def _differing(before: str, after: str, app: AppId) -> Sequence[Any]:
    """Changes between two texts; one change of everything when one cannot be read."""
    try:
        old, new = (read_source(text, _file_name(app)).data for text in (before, after))
    except DefinitionError:
        old, new = before, after
    return compare(old, new)
