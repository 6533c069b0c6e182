"""An account as an actor: its roles, capabilities, departments, own record. Decides nothing."""

from __future__ import annotations

from dataclasses import replace

from runtime.access.gate import capabilities, with_includes
from runtime.commands import Actor
from runtime.live import LiveApp
from runtime.ports import Reader, UserRow


def actor_in(reader: Reader, app: LiveApp, user: UserRow, via: str = "session") -> Actor:
    """The account as an actor in one app, with its widened roles and their capabilities."""
    roles = with_includes(app, reader.directory.roles(app.definition.id, user.id))
    return replace(
        actor_at_large(reader, user, via),
        roles=roles,
        can=capabilities(app, roles),
        record=reader.directory.linked_record(app.definition.id, user.id),
    )


def actor_at_large(reader: Reader, user: UserRow, via: str = "session") -> Actor:
    """The account outside any app: without roles."""
    return Actor(
        user=user.id,
        name=user.name,
        email=user.email,
        departments=frozenset(reader.directory.departments(user.id)),
        locale=user.locale,
        time_zone=user.time_zone,
        is_admin=user.is_admin,
        via=via,
    )
