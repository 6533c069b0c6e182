"""How much of a definition its tests reach: nodes and branches of flows, rules, rows of tables.

Pure. What a trial reached is told by `builder.witness`; what fails is not covered less for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from typing import Any

from builder.witness import Part
from engines.definition import AppDefinition
from engines.diagnostics import Path, format_path

KINDS = ("node", "branch", "rule", "row")


@dataclass(frozen=True, slots=True)
class Covered:
    """One kind of parts: how many there are, and where those stand that no test reached."""

    kind: str
    total: int
    missing: tuple[Path, ...]

    @property
    def reached(self) -> int:
        """How many of them a test came by."""
        return self.total - len(self.missing)


def coverage(definition: AppDefinition, reached: Iterable[Set[Part]]) -> tuple[Covered, ...]:
    """What the trials together reached, one line for each kind, in the order of the file."""
    seen: set[Part] = set().union(*reached)
    parts = list(_parts(definition))
    return tuple(
        Covered(
            kind,
            sum(part[0] == kind for part, _ in parts),
            tuple(path for part, path in parts if part[0] == kind and part not in seen),
        )
        for kind in KINDS
    )


def as_json(covered: Iterable[Covered]) -> dict[str, Any]:
    """`{"node": {"reached": 11, "total": 12, "missing": ["flows.approval.nodes.close"]}}`."""
    return {
        one.kind: {
            "reached": one.reached,
            "total": one.total,
            "missing": [format_path(path) for path in one.missing],
        }
        for one in covered
    }


def _parts(definition: AppDefinition) -> Iterator[tuple[Part, Path]]:
    for flow in definition.flows.values():
        for node in flow.nodes:
            yield ("node", f"{flow.id}.{node}"), ("flows", flow.id, "nodes", node)
        for edge in flow.edges.values():
            yield ("branch", f"{flow.id}.{edge.name}"), edge.path
    for rule in definition.rules.rules.values():
        yield ("rule", rule.id), rule.path
    for table in definition.tables.values():
        for number in range(len(table.rows)):
            yield ("row", f"{table.id}.{number}"), ("tables", table.id, "rows", number)
