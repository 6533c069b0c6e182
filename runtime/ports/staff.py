"""How people stand to each other: departments, managers, skills, substitutes. No code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from engines.values import AppId, DepartmentId, RoleId, UserId
from runtime.ports.people import UserRow

TRAITS = ("skill", "region")


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """A department of the organisation; `parent` is the one above it."""

    id: DepartmentId
    title: str
    parent: DepartmentId | None = None
    head: UserId | None = None


@dataclass(frozen=True, slots=True)
class ProxyRow:
    """`substitute` may act for `user` from `starts_at` until before `ends_at`."""

    id: str
    user: UserId
    substitute: UserId
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """The active people who fulfil all that is given; nothing given is everybody with a role."""

    app: AppId
    roles: frozenset[RoleId] | None = None  # any of them
    department: DepartmentId | None = None
    skill: str = ""
    region: str = ""

    @property
    def key(self) -> str:
        """What tells this group from every other one of the app."""
        roles = ",".join(sorted(self.roles)) if self.roles is not None else "*"
        return "|".join((roles, self.department or "", self.skill, self.region))


class Staff(Protocol):
    """Departments, groups of people, substitutes."""

    def departments(self) -> tuple[DepartmentRow, ...]:
        """All departments by id."""

    def department(self, department: DepartmentId) -> DepartmentRow | None:
        """One department."""

    def save_department(self, row: DepartmentRow) -> None:
        """Add or replace a department."""

    def remove_department(self, department: DepartmentId) -> None:
        """Forget a department; who was in it is so no longer."""

    def traits(self, user: UserId, kind: str) -> frozenset[str]:
        """A person's skills or regions."""

    def set_traits(self, user: UserId, kind: str, names: Iterable[str]) -> None:
        """Replace a person's skills or regions."""

    def members(self, group: Group) -> tuple[UserRow, ...]:
        """Everybody in the group, by id."""

    def held_roles(self, app: AppId) -> frozenset[RoleId]:
        """Roles that some active account was given in an app."""

    def least_busy(self, group: Group, without: frozenset[UserId] = frozenset()) -> UserId | None:
        """The member with the fewest open tasks of the app, ties by id; locks the choice."""

    def next_in_turn(
        self, group: Group, without: frozenset[UserId] = frozenset()
    ) -> UserId | None:
        """The next member by id after the one chosen last, then the first; locks the choice."""

    def add_proxy(self, row: ProxyRow) -> None:
        """Let somebody act for somebody else."""

    def end_proxy(self, proxy: str) -> None:
        """Forget a substitute."""

    def proxy(self, proxy: str) -> ProxyRow | None:
        """One substitute."""

    def proxies_of(self, user: UserId) -> tuple[ProxyRow, ...]:
        """Who stands in for a person, earliest first, past ones too."""

    def principals(self, substitute: UserId, now: datetime) -> frozenset[UserId]:
        """For whom somebody may act now, directly: a substitute's substitute may not."""

    def tasks_held(self, app: AppId, user: UserId) -> tuple[str, ...]:
        """Ids of the open tasks a person holds, by id."""
