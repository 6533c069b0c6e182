"""The people of a trial: who holds which roles. They exist in the trial alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engines.definition import AppDefinition
from engines.errors import NotFound
from engines.form.model import Form
from engines.values import FieldId, RoleId, UserId
from runtime.facts import USERS
from runtime.ports import Unit, UserRow

_DOMAIN = "sandbox.invalid"  # reserved: no such host can exist


def cast_of(
    definition: AppDefinition, people: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """Who holds which roles; a role that nobody was given goes to somebody of its name."""
    named = {person: list(roles) for person, roles in people.items()}
    held = {role for roles in named.values() for role in roles}
    unknown = sorted(held - set(definition.roles))
    if unknown:
        raise NotFound(f"the role {', '.join(unknown)}")
    for role in definition.roles:
        if role not in held:
            named.setdefault(role, []).append(role)
    return named


def settle_in(unit: Unit, definition: AppDefinition, people: Mapping[str, Sequence[str]]) -> None:
    """Give the people accounts with their roles."""
    for name, roles in people.items():
        row = UserRow(
            id=UserId(name),
            email=f"{name}@{_DOMAIN}",
            name=_title(definition, name),
            password_hash="",
            locale=definition.locales[0],
            time_zone=definition.time_zone,
            is_active=True,
            is_admin=False,
        )
        unit.directory.save_user(row)
        unit.directory.set_roles(definition.id, row.id, [RoleId(role) for role in roles])


def outsiders_named(
    definition: AppDefinition,
    people: Mapping[str, Sequence[str]],
    form: Form,
    answers: Mapping[str, Any],
) -> list[UserId]:
    """People from outside whom a new record names as its account: it is their own record then."""
    named = {str(answers[key]) for key in form.fields if key in answers and _is_person(form, key)}
    portal = definition.portal_roles
    return [UserId(who) for who in sorted(named & set(people)) if portal & set(people[who])]


def _is_person(form: Form, field: FieldId) -> bool:
    return form.fields[field].links_to == USERS


def _title(definition: AppDefinition, name: str) -> str:
    role = definition.roles.get(RoleId(name))
    return role.title.in_locale(definition.locales[0]) if role is not None else name
