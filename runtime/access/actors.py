"""An account as an actor: its roles, capabilities, departments, own record. Decides nothing."""

from __future__ import annotations

from typing import Any

from runtime.access.gate import capabilities, with_includes
from runtime.commands import Actor, Claim
from runtime.live import LiveApp
from runtime.ports import Reader, Standing, UserRow


def actor_in(reader: Reader, app: LiveApp, user: UserRow, via: str = "session") -> Actor:
    """The account as an actor in one app, with its widened roles and their capabilities."""
    return actor_with(reader.directory.standing(app.definition.id, user.id), app, user, via)


def actor_with(
    standing: Standing,
    app: LiveApp,
    user: UserRow,
    via: str,
    *,
    live: int | None = None,
    claim: Claim | None = None,
) -> Actor:
    """The same of a standing that is known already; `live` and `claim` for one request's actor."""
    roles = with_includes(app, standing.roles)
    return _actor(
        user,
        via,
        departments=standing.departments,
        roles=roles,
        can=capabilities(app, roles),
        record=standing.record,
        live=live,
        claim=claim,
    )


def actor_at_large(reader: Reader, user: UserRow, via: str = "session") -> Actor:
    """The account outside any app: without roles."""
    return _actor(user, via, departments=reader.directory.departments(user.id))


def _actor(user: UserRow, via: str, **standing: Any) -> Actor:
    return Actor(
        user=user.id,
        name=user.name,
        email=user.email,
        locale=user.locale,
        time_zone=user.time_zone,
        is_admin=user.is_admin,
        via=via,
        **standing,
    )
