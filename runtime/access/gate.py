"""Decide what an actor may do to a form's records and fields. Loads nothing, shows nothing.

Rights of several roles add up: a record may be read when any role may read it, and of a field the
widest right counts. What no role mentions is denied; a field no role restricts is editable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from engines.definition import AppDefinition
from engines.errors import NotAllowed
from engines.expression.compile import Expression
from engines.form.conditions import Condition
from engines.form.model import FieldAccess, Form, FormAccess
from engines.values import FieldId, RoleId
from runtime.commands import Actor
from runtime.live import LiveApp
from runtime.ports import Filter

_MOST_RIGHTS = 10_000  # kept of one version: forms by sets of roles
_WIDTH = {
    FieldAccess.HIDDEN: 0,
    FieldAccess.MASKED: 1,
    FieldAccess.READ: 2,
    FieldAccess.EDIT: 3,
}


@dataclass(frozen=True, slots=True)
class FieldRights:
    """What an actor may do to the fields of one form; a field stands in exactly one set."""

    hidden: frozenset[FieldId]
    masked: frozenset[FieldId]
    readable: frozenset[FieldId]
    editable: frozenset[FieldId]
    # Masked fields the actor may type into a new record, of which nothing is masked yet. On an old
    # one they would send the mask back in place of the value.
    typed_when_new: frozenset[FieldId] = frozenset()

    @property
    def editable_when_new(self) -> frozenset[FieldId]:
        """What the actor may fill in on a new record."""
        return self.editable | self.typed_when_new

    @property
    def in_clear(self) -> frozenset[FieldId]:
        """Fields whose whole value the actor may know, and so filter, sort and search by."""
        return self.readable | self.editable


def holds(condition: Condition, facts: Mapping[str, Any]) -> bool:
    """Whether a condition is true; null counts as false."""
    if isinstance(condition, bool):
        return condition
    return condition.evaluate(facts) is True


def may(form: Form, actor: Actor, act: str, facts: Mapping[str, Any]) -> bool:
    """Whether the actor may `act` (create, read, update, delete) on the record in `facts`."""
    if is_unrestricted(actor):
        return True
    access = form.access
    for role in sorted(actor.roles):  # a loop, as every command comes here more than once
        if role in access:
            condition: Condition = getattr(access[role], act)
            if condition is True or (condition and holds(condition, facts)):
                return True
    return False


def require(form: Form, actor: Actor, act: str, facts: Mapping[str, Any]) -> None:
    """Raise NotAllowed unless the actor may `act` on the record in `facts`."""
    if not may(form, actor, act, facts):
        refuse(form, actor, act)


def refuse(form: Form, actor: Actor, act: str) -> NoReturn:
    """Raise NotAllowed, naming the act and the form."""
    raise NotAllowed(f"You may not {act} this {form.title.in_locale(actor.locale)}.")


def ever(form: Form, actor: Actor, act: str) -> bool:
    """Whether there can be a record on which the actor may `act`; for menus and buttons."""
    if is_unrestricted(actor):
        return True
    return any(getattr(one, act) is not False for one in _granted(form, actor))


def row_filters(form: Form, actor: Actor, facts: Mapping[str, Any]) -> tuple[Filter, ...] | None:
    """Alternatives of which one must hold for a row to be readable; None when all rows are."""
    if is_unrestricted(actor):
        return None
    conditions = [one.read for one in _granted(form, actor)]
    if any(condition is True for condition in conditions):
        return None
    return tuple(
        Filter(condition.tree, facts)
        for condition in conditions
        if isinstance(condition, Expression)
    )


def field_rights(form: Form, actor: Actor) -> FieldRights:
    """The actor's rights on every field of the form."""
    if is_unrestricted(actor):
        mine = frozenset(one.id for one in form.own_fields)
        kept = frozenset(form.fields) - mine
        return FieldRights(frozenset(), frozenset(), readable=kept, editable=mine)
    granted = _granted(form, actor)
    by_right: dict[FieldAccess, set[FieldId]] = {right: set() for right in _WIDTH}
    typed: set[FieldId] = set()
    for field in form.fields.values():
        right = _widest(one.fields.get(field.id, FieldAccess.EDIT) for one in granted)
        is_masked = field.mask is not None and not (field.mask.unless & actor.roles)
        if field.is_system:
            right = min(right, FieldAccess.READ, key=_WIDTH.__getitem__)
        if is_masked and _WIDTH[right] > _WIDTH[FieldAccess.MASKED]:
            if right is FieldAccess.EDIT:
                typed.add(field.id)
            right = FieldAccess.MASKED
        by_right[right].add(field.id)
    return FieldRights(
        hidden=frozenset(by_right[FieldAccess.HIDDEN]),
        masked=frozenset(by_right[FieldAccess.MASKED]),
        readable=frozenset(by_right[FieldAccess.READ]),
        editable=frozenset(by_right[FieldAccess.EDIT]),
        typed_when_new=frozenset(typed),
    )


def rights_in(app: LiveApp, form: Form, actor: Actor) -> FieldRights:
    """`field_rights` on a form of a version, worked out once for each set of roles.

    Nobody keeps a right too long by it: a version never changes, and roles are read anew for every
    request.
    """
    if is_unrestricted(actor):
        return field_rights(form, actor)
    key = (form.id, actor.roles)
    found: FieldRights | None = app.rights.get(key)
    if found is None:
        if len(app.rights) >= _MOST_RIGHTS:
            app.rights.clear()
        found = app.rights[key] = field_rights(form, actor)
    return found


def is_unrestricted(actor: Actor) -> bool:
    """The system itself and the organisation's administrators pass every gate of records."""
    return actor.is_system or actor.is_admin


def require_capability(actor: Actor, capability: str) -> None:
    """Raise NotAllowed unless a role of the actor gives the capability (design, publish, …)."""
    if not (is_unrestricted(actor) or capability in actor.can):
        raise NotAllowed(f"This needs the right to {capability.replace('_', ' ')}.")


def with_includes(app: LiveApp, roles: Iterable[RoleId]) -> frozenset[RoleId]:
    """Roles with all they include, however deep."""
    return _with_includes(app.definition, roles)


def _with_includes(definition: AppDefinition, roles: Iterable[RoleId]) -> frozenset[RoleId]:
    found: set[RoleId] = set()
    todo = list(roles)
    while todo:
        role = todo.pop()
        if role in found or role not in definition.roles:
            continue
        found.add(role)
        todo.extend(definition.roles[role].includes)
    return frozenset(found)


def roles_giving(app: LiveApp, role: RoleId) -> frozenset[RoleId]:
    """The roles whose holders count as holders of `role`: itself and all that include it."""
    return roles_including(app.definition, role)


def roles_including(definition: AppDefinition, role: RoleId) -> frozenset[RoleId]:
    """The role itself and all that include it, however deep."""
    return frozenset(one for one in definition.roles if role in _with_includes(definition, [one]))


def capabilities(app: LiveApp, roles: Iterable[RoleId]) -> frozenset[str]:
    """What the roles may do beyond records: design, publish, import, export, operate, …"""
    return frozenset(can for role in roles for can in app.definition.roles[role].can)


def _granted(form: Form, actor: Actor) -> list[FormAccess]:
    return [form.access[role] for role in sorted(actor.roles) if role in form.access]


def _widest(rights: Iterable[FieldAccess]) -> FieldAccess:
    return max(rights, key=_WIDTH.__getitem__, default=FieldAccess.HIDDEN)
