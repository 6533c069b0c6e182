"""Roles that flows ask for work and nobody holds yet. Forbids nothing: it is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engines.definition import AppDefinition
from engines.diagnostics import Diagnostic, Path, Positions, Problems
from engines.values import AppId, LocaleText, RoleId
from runtime.access.gate import roles_including
from runtime.ports import Reader


@dataclass(frozen=True, slots=True)
class Asked:
    """A role that steps of flows give tasks to."""

    role: RoleId
    title: LocaleText
    held_by: frozenset[RoleId]  # whose holders have it: the role itself and those that include it
    steps: tuple[Path, ...]  # (("flows", "care", "nodes", "look"),)


def asked_roles(definition: AppDefinition) -> tuple[Asked, ...]:
    """The roles that flows give tasks to, by id."""
    steps: dict[RoleId, list[Path]] = {}
    for flow in definition.flows.values():
        for node in flow.nodes.values():
            for role in node.behaviour.asks:
                steps.setdefault(role, []).append(("flows", flow.id, "nodes", node.id))
    return tuple(
        Asked(
            role,
            definition.roles[role].title,
            roles_including(definition, role),
            tuple(steps[role]),
        )
        for role in sorted(steps)
    )


def unheld(reader: Reader, app: AppId, asked: Iterable[Asked]) -> tuple[Asked, ...]:
    """Those of `asked` that nobody holds: what is given to them would wait."""
    held = reader.staff.held_roles(app)
    return tuple(one for one in asked if held.isdisjoint(one.held_by))


def warnings_of(
    asked: Iterable[Asked], source: Positions
) -> Mapping[RoleId, tuple[Diagnostic, ...]]:
    """By role, what to say at each step that asks it if nobody holds it."""
    return {one.role: _warnings(one, source) for one in asked}


def _warnings(asked: Asked, source: Positions) -> tuple[Diagnostic, ...]:
    problems = Problems()
    for step in asked.steps:
        problems.warn(
            "U001",
            step,
            f"nobody holds the role {asked.role!r} yet",
            hint="What is given to it waits until somebody is given the role.",
        )
    return problems.warnings(source)
