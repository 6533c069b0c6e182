"""What a signal led to, and why: the answer of `advance`. Taking the step is `run.py`'s."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from engines.action import FactPath
from engines.flow.instance import Instance, Token
from engines.messages import Effect, Trace, TraceStep
from engines.plain import plain
from engines.values import Facts, Value

# One step of the trace: what, subject, result, the facts it was taken on, the paths read of them.
# A plain tuple, as there are many; a token stands for its entering a node.
Note: TypeAlias = tuple[str, str, Value, Facts, frozenset[FactPath]] | Token

ENTERED: Final = "node_entered"


@plain
class Step:
    """What a signal led to.

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
        steps = []
        for note in self.notes:
            if isinstance(note, Token):
                steps.append(TraceStep(ENTERED, note.node, note.edge))
                continue
            what, subject, result, facts, paths = note
            seen = seen_values(facts, paths) if paths else ()
            steps.append(TraceStep(what, subject, result, seen))
        return Trace(f"flows.{self.instance.flow}", version, tuple(steps))


def seen_values(facts: Facts, paths: frozenset[FactPath]) -> tuple[tuple[str, Value], ...]:
    """The facts under `paths` as a trace shows them: (("record.size", "high"),)."""
    seen = []
    for root, key in sorted(paths):
        value: Value = facts.get(root)
        if not key:
            seen.append((root, value))
            continue
        has_keys = type(value) is dict or isinstance(value, Mapping)  # the first is quick
        seen.append((f"{root}.{key}", value.get(key) if has_keys else None))
    return tuple(seen)
