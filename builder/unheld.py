"""Roles that flows ask for work and nobody holds yet. Forbids nothing: it is told."""

from __future__ import annotations

from engines.definition import AppDefinition
from engines.values import RoleId
from runtime.access.gate import roles_including
from runtime.ports import Reader


def unheld(reader: Reader, definition: AppDefinition) -> tuple[RoleId, ...]:
    """Roles that flows give tasks to and nobody holds: what is given to them would wait."""
    nodes = (node for flow in definition.flows.values() for node in flow.nodes.values())
    asked = {role for node in nodes for role in node.behaviour.asks}
    members = reader.directory.members
    return tuple(
        role
        for role in sorted(asked)
        if not members(definition.id, roles_including(definition, role))
    )
