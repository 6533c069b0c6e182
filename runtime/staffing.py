"""Where people stand in the organisation: departments, heads, managers, skills, regions.

Knows no page and no command line. Who may change it is the caller's to check.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from engines.errors import Conflict, NotFound
from engines.messages import SystemChanged
from engines.values import DepartmentId, UserId
from runtime.accounts import EVERYWHERE
from runtime.ports import DepartmentRow, Store, Unit


@dataclass(frozen=True, slots=True)
class Placing:
    """What is to be changed of where somebody stands; None leaves it as it is."""

    departments: frozenset[DepartmentId] | None = None
    manager: UserId | None = None
    has_manager: bool = True  # False: nobody, whatever `manager` says
    skills: frozenset[str] | None = None
    regions: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands."""

    departments: tuple[DepartmentId, ...]
    manager: UserId | None
    skills: tuple[str, ...]
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Staffing:
    """Changes and tells where people stand; every change is in the log, with who made it."""

    store: Store
    by: UserId | None = None  # None: the command line

    def place(self, user: UserId, placing: Placing) -> None:
        """Change where somebody stands. Raises NotFound, Conflict for a ring of managers."""
        self.store.run(lambda unit: _place(unit, user, placing, self.by))

    def standing(self, user: UserId) -> Standing:
        """Where somebody stands. Raises NotFound."""
        with self.store.read() as reader:
            row = reader.directory.user(user)
            if row is None:
                raise NotFound("this account")
            return Standing(
                tuple(sorted(reader.directory.departments(user))),
                row.manager,
                tuple(sorted(reader.staff.traits(user, "skill"))),
                tuple(sorted(reader.staff.traits(user, "region"))),
            )

    def departments(self) -> tuple[DepartmentRow, ...]:
        """All departments by id."""
        with self.store.read() as reader:
            return reader.staff.departments()

    def save_department(self, row: DepartmentRow) -> None:
        """Add or change a department. Raises NotFound, Conflict for a ring of departments."""
        self.store.run(lambda unit: _save_department(unit, row, self.by))

    def remove_department(self, department: DepartmentId) -> None:
        """Forget a department that has none below it. Raises NotFound, Conflict."""
        self.store.run(lambda unit: _remove_department(unit, department, self.by))


def _place(unit: Unit, user: UserId, placing: Placing, by: UserId | None) -> None:
    row = unit.directory.user(user)
    if row is None:
        raise NotFound("this account")
    manager = placing.manager if placing.has_manager else None
    if placing.manager is not None or not placing.has_manager:
        _require_no_ring(unit, user, manager)
        unit.directory.save_user(replace(row, manager=manager, revision=row.revision + 1))
    if placing.departments is not None:
        _require_departments(unit, placing.departments)
        unit.directory.set_departments(user, placing.departments)
    for kind, names in (("skill", placing.skills), ("region", placing.regions)):
        if names is not None:
            unit.staff.set_traits(user, kind, {one.strip() for one in names if one.strip()})
    _tell(unit, by, "user_placed", user, {"manager": manager})


def _require_no_ring(unit: Unit, user: UserId, manager: UserId | None) -> None:
    above, seen = manager, {user}
    while above is not None:
        if above in seen:
            raise Conflict("Somebody would be their own manager, directly or through others.")
        seen.add(above)
        row = unit.directory.user(above)
        if row is None:
            raise NotFound("the manager's account")
        above = row.manager


def _require_departments(unit: Unit, departments: Iterable[DepartmentId]) -> None:
    for one in sorted(departments):
        if unit.staff.department(one) is None:
            raise NotFound(f"department {one}")


def _save_department(unit: Unit, row: DepartmentRow, by: UserId | None) -> None:
    if row.head is not None and unit.directory.user(row.head) is None:
        raise NotFound("the head's account")
    above, seen = row.parent, {row.id}
    while above is not None:
        if above in seen:
            raise Conflict("A department would stand below itself.")
        seen.add(above)
        parent = unit.staff.department(above)
        if parent is None:
            raise NotFound(f"department {above}")
        above = parent.parent
    unit.staff.save_department(row)
    _tell(unit, by, "department_saved", row.id, {"head": row.head, "parent": row.parent})


def _remove_department(unit: Unit, department: DepartmentId, by: UserId | None) -> None:
    if unit.staff.department(department) is None:
        raise NotFound(f"department {department}")
    if any(one.parent == department for one in unit.staff.departments()):
        raise Conflict("There are departments below it. Move or remove them first.")
    unit.staff.remove_department(department)
    _tell(unit, by, "department_removed", department, {})


def _tell(
    unit: Unit, by: UserId | None, what: str, subject: str, details: dict[str, object]
) -> None:
    event = SystemChanged(what, subject, details)
    via = "system" if by is None else "session"
    unit.events.append(EVERYWHERE, 0, [event], actor=by, via=via)
