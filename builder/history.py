"""The steps of a draft: what each changed, who may take back what, and their stored form.

Pure. Undo is per person: it takes back one's own last step from among everybody's later ones, and
is refused where a later step changed the same lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from builder.operations.splice import Splice, Splices, apply_splices, rebase, reverse
from engines.diagnostics import Path

MAX_STEPS = 300


@dataclass(frozen=True, slots=True)
class Step:
    """The change that made the draft's text of `revision` out of the one before."""

    revision: int
    label: str  # name of the gesture, or text, undo, redo, merge
    by: str  # user id
    at: datetime
    splices: Splices
    touched: tuple[Path, ...]
    takes_back: int = 0  # revision of the step this one undoes (or whose undoing it redoes)


@dataclass(frozen=True, slots=True)
class History:
    """Steps in order, the oldest cut off. `last_revision` never goes back, not even on discard."""

    last_revision: int = 0
    steps: tuple[Step, ...] = ()

    def with_step(self, step: Step) -> History:
        """The history one step longer."""
        return History(step.revision, (*self.steps, step)[-MAX_STEPS:])

    def emptied(self) -> History:
        """What is left when the draft is discarded: a revision nobody holds."""
        return History(self.last_revision + 1)

    def since(self, revision: int) -> tuple[Step, ...] | None:
        """Steps after `revision`; None when they are no longer all known."""
        later = tuple(step for step in self.steps if step.revision > revision)
        return later if self.last_revision - revision == len(later) else None

    def undoable(self, by: str) -> Step | None:
        """The step this person's undo takes back."""
        return _last(self._stacks(by)[0])

    def redoable(self, by: str) -> Step | None:
        """The undo this person's redo takes back."""
        return _last(self._stacks(by)[1])

    def taking_back(self, step: Step) -> Splices | None:
        """Splices that undo `step` in the newest text; None when it was changed over since."""
        later = [one for one in self.steps if one.revision > step.revision]
        moved: Splices | None = reverse(step.splices)
        for change in _without_undone(later):
            if moved is None:
                return None
            moved = rebase(moved, change)
        return moved

    def _stacks(self, by: str) -> tuple[list[Step], list[Step]]:
        undo: list[Step] = []
        redo: list[Step] = []
        for step in self.steps:
            if step.by != by:
                continue
            if step.label == "undo":
                if undo:
                    undo.pop()
                redo.append(step)
            elif step.label == "redo":
                if redo:
                    redo.pop()
                undo.append(step)
            else:
                undo.append(step)
                redo.clear()
        return undo, redo


def text_before(text: str, later: Sequence[Step]) -> str:
    """The text as it was before these steps, the newest last."""
    for step in reversed(later):
        text = apply_splices(text, reverse(step.splices))
    return text


def write_history(history: History) -> dict[str, Any]:
    """The JSON that `read_history` reads."""
    return {
        "last_revision": history.last_revision,
        "steps": [_write_step(step) for step in history.steps],
    }


def read_history(data: Mapping[str, Any] | None) -> History:
    """A stored history; an empty one when none is stored."""
    if not data:
        return History()
    return History(data["last_revision"], tuple(_read_step(step) for step in data["steps"]))


def _last(steps: Sequence[Step]) -> Step | None:
    return steps[-1] if steps else None


def _without_undone(steps: Iterable[Step]) -> list[Splices]:
    """The changes of `steps` with those left out that a later one takes back to the letter."""
    kept: list[Step] = []
    for step in steps:
        place = next((at for at, one in enumerate(kept) if _takes_back(step, one)), None)
        if place is None:
            kept.append(step)
        else:
            kept = [*kept[:place], *_past(kept[place], kept[place + 1 :])]
    return [step.splices for step in kept]


def _takes_back(step: Step, one: Step) -> bool:
    return step.takes_back == one.revision


def _past(gone: Step, later: Sequence[Step]) -> list[Step]:
    """`later` as if `gone` had never been; they do not touch it, or it could not be taken back."""
    inverse = reverse(gone.splices)
    moved: list[Step] = []
    for step in later:
        splices = rebase(step.splices, inverse)
        inverse = rebase(inverse, step.splices) or ()
        moved.append(replace(step, splices=step.splices if splices is None else splices))
    return moved


def _write_step(step: Step) -> dict[str, Any]:
    return {
        "revision": step.revision,
        "label": step.label,
        "by": step.by,
        "at": step.at.isoformat(),
        "splices": [[one.start, one.old, one.new] for one in step.splices],
        "touched": [list(path) for path in step.touched],
        "takes_back": step.takes_back,
    }


def _read_step(data: Mapping[str, Any]) -> Step:
    return Step(
        revision=data["revision"],
        label=data["label"],
        by=data["by"],
        at=datetime.fromisoformat(data["at"]),
        splices=tuple(Splice(start, old, new) for start, old, new in data["splices"]),
        touched=tuple(tuple(path) for path in data["touched"]),
        takes_back=data["takes_back"],
    )
