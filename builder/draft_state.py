"""One draft within one transaction: how it is read, stepped, stored and shown.

Which gestures make a step, and who may make them, stands in `builder.drafts`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from builder.history import History, Step, read_history, write_history
from builder.operations.make import collision
from builder.operations.splice import Splices, apply_splices
from engines.diagnostics import Path
from engines.errors import Conflict, NotFound
from engines.values import AppId
from runtime.commands import Actor
from runtime.ports import DraftRow, Reader, Unit, VersionRow


@dataclass(frozen=True, slots=True)
class Draft:
    """An app's text as its designers see it: the live one where nobody changed anything."""

    app: AppId
    text: str
    revision: int
    base_version: int  # the version it was opened from; 0 when nothing is published
    live_version: int
    is_changed: bool  # whether it differs from the live text
    undo: str  # label of the step an undo takes back; empty when there is none
    redo: str
    updated_at: datetime | None
    updated_by: str | None


class DraftState:
    """A draft within one transaction."""

    def __init__(self, unit: Unit, actor: Actor, app: AppId) -> None:
        self.unit = unit
        self.by = str(actor.user or "")
        self.app = app
        self.live = _live(unit, app)
        self.stored = unit.definitions.draft(app)
        self.history = _history(unit, app, self.stored)
        self.row = self.stored or _unchanged(app, self.live, self.history)
        self.base_version = self.row.base_version
        self._actor = actor

    def step(self, label: str, splices: Splices, touched: tuple[Path, ...]) -> Step:
        """The next step of this draft."""
        revision = self.history.last_revision + 1
        return Step(revision, label, self.by, self.unit.now, splices, touched)

    def taking_back(self, label: str) -> Step:
        """The step that undoes, or redoes, the actor's last one. Raises Conflict."""
        stack = self.history.undoable if label == "undo" else self.history.redoable
        target = stack(self.by)
        if target is None:
            raise Conflict(f"There is nothing to {label}")
        splices = self.history.taking_back(target)
        if splices is None:
            later = self.history.since(target.revision) or ()
            raise overlap(later, self.row, target.touched)
        made = self.step(label, splices, target.touched)
        return Step(
            made.revision, label, made.by, made.at, splices, target.touched, target.revision
        )

    def save(self, step: Step) -> None:
        """Store the draft and its history as `step` leaves them."""
        history = json.dumps(write_history(self.history.with_step(step)), ensure_ascii=False)
        row = DraftRow(
            app=self.app,
            text=apply_splices(self.row.text, step.splices),
            base_version=self.base_version,
            revision=step.revision,
            updated_at=self.unit.now,
            updated_by=self._actor.user,
            history=history,
        )
        self.unit.definitions.save_draft(row, self.stored.revision if self.stored else 0)


def view_of(reader: Reader, actor: Actor, app: AppId) -> Draft:
    """The draft as `actor` sees it. Raises NotFound for an app nobody published."""
    live = _live(reader, app)
    stored = reader.definitions.draft(app)
    history = _history(reader, app, stored)
    row = stored or _unchanged(app, live, history)
    by = str(actor.user or "")
    undo, redo = history.undoable(by), history.redoable(by)
    return Draft(
        app=app,
        text=row.text,
        revision=row.revision,
        base_version=row.base_version,
        live_version=live.number if live else 0,
        is_changed=live is None or row.text != live.text,
        undo=undo.label if undo else "",
        redo=redo.label if redo else "",
        updated_at=stored.updated_at if stored else None,
        updated_by=stored.updated_by if stored else None,
    )


def version_of(reader: Reader, app: AppId, number: int) -> VersionRow:
    """A published version. Raises NotFound."""
    found = reader.definitions.version(app, number)
    if found is None:
        raise NotFound(f"Version {number} of {app}")
    return found


def forget(unit: Unit, state: DraftState) -> None:
    """Take the draft away; its revisions are never given again."""
    unit.definitions.discard_draft(state.app)
    kept = write_history(state.history.emptied())
    unit.registry.save_run(_run_id(state.app), "draft_discarded", kept, unit.now)


def overlap(later: Sequence[Step], row: DraftRow, mine: Sequence[Path]) -> Conflict:
    """What others changed where this change wanted to go."""
    hits = [step for step in later if collision(mine, step.touched) is not None] or list(later)
    details = {
        "revision": row.revision,
        "paths": [list(path) for step in hits for path in step.touched],
        "by": sorted({step.by for step in hits}),
    }
    return Conflict("Somebody changed the same place meanwhile", details)


def _unchanged(app: AppId, live: VersionRow | None, history: History) -> DraftRow:
    if live is None:
        raise NotFound(f"The app {app}")
    revision = history.last_revision
    return DraftRow(app, live.text, live.number, revision, live.published_at, None)


def _live(reader: Reader, app: AppId) -> VersionRow | None:
    number = reader.definitions.live_numbers().get(app)
    return reader.definitions.version(app, number) if number else None


def _history(reader: Reader, app: AppId, stored: DraftRow | None) -> History:
    """A draft's own history; where there is none, the last revision that was ever given."""
    if stored is not None:
        return read_history(json.loads(stored.history) if stored.history else None)
    return read_history(reader.registry.run(_run_id(app)))


def _run_id(app: AppId) -> str:
    return f"draft:{app}"
