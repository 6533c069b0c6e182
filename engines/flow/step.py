"""What a signal led to, and why: the answer of `advance`. Taking the step is `run.py`'s."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple, TypeAlias

from engines.action import FactPath
from engines.flow.instance import Instance, Token
from engines.messages import Effect, Trace, TraceStep
from engines.values import Facts, Value

# One step of the trace: what, subject, result, the facts it was taken on, the paths read of them.
# A plain tuple, as there are many; a token stands for its entering a node.
Note: TypeAlias = tuple[str, str, Value, Facts, frozenset[FactPath]] | Token

ENTERED: Final = "node_entered"


class Step(NamedTuple):
    """What a signal led to. A NamedTuple, as it is hot.

    `has_more`: the last effect is a `ContinueFlow`; the rest of the way needs facts that this
    step's own effects change (computed fields, fields behind a link that was set).
    """

    instance: Instance
    effects: tuple[Effect, ...]
    notes: tuple[Note, ...]
    has_more: bool = False

    @property
    def trace(self) -> Trace:
        """Why it went so; put together when asked for."""
        return self.trace_of(self.instance.version)

    def trace_of(self, version: int) -> Trace:
        """The same, said of a version of the app."""
        steps = tuple(
            [
                TraceStep(ENTERED, note.node, note.edge) if type(note) is Token else _told(*note)
                for note in self.notes
            ]
        )
        return Trace(f"flows.{self.instance.flow}", version, steps)


def _told(
    what: str, subject: str, result: Value, facts: Facts, paths: frozenset[FactPath]
) -> TraceStep:
    return TraceStep(what, subject, result, seen_values(facts, paths) if paths else ())


def seen_values(facts: Facts, paths: frozenset[FactPath]) -> tuple[tuple[str, Value], ...]:
    """The facts under `paths` as a trace shows them: (("record.size", "high"),)."""
    return tuple(
        (f"{root}.{key}" if key else root, _fact(facts, root, key)) for root, key in sorted(paths)
    )


def _fact(facts: Facts, root: str, key: str) -> Value:
    value = facts.get(root)
    if not key:
        return value
    return value.get(key) if isinstance(value, Mapping) else None
