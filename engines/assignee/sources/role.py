"""Somebody who holds a role: the pool as a whole, or its least busy member."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.assignee.sourcetype import Place, Source, SourceType
from engines.diagnostics import did_you_mean, one_of
from engines.messages import AssignFromPool, Recipient, ToPool
from engines.values import Facts, LocaleText, RoleId

_POOL = "pool"


@dataclass(frozen=True, slots=True)
class RoleSource(Source):
    """The holders of `role`; who of them is settled under a lock where `pick` asks for one."""

    role: RoleId
    pick: str

    @property
    def is_group(self) -> bool:
        """The pool is; a member picked from it is one person."""
        return self.pick == _POOL

    def recipient(self, facts: Facts) -> Recipient:
        """The pool, or a choice from it left to the runtime."""
        if self.pick == _POOL:
            return ToPool(self.role)
        return AssignFromPool(self.role, self.pick)


class RoleType(SourceType):
    """`{role: clerk, pick: least_busy}`."""

    name = "role"
    label = LocaleText(
        (("en", "Holders of a role"), ("zh", "角色成员"), ("es", "Miembros de un rol"),
         ("ar", "أعضاء دور"))
    )  # fmt: skip
    value_schema = {"type": "string", "description": "The id of a role."}
    options = {
        "pick": {
            "title": "Which of them",
            "description": "All of them until one claims it, or the one with the fewest tasks.",
            "enum": [_POOL, "least_busy"],
            "default": _POOL,
        }
    }
    example = {"role": "clerk", "pick": "least_busy"}

    def parse(self, data: Mapping[str, Any], place: Place) -> Source | None:
        """Check the role against the definition's roles."""
        role = RoleId(str(data[self.name]))
        roles = place.context.roles
        if role not in roles:
            place.context.problems.add(
                "A205",
                place.below(self.name),
                f"unknown role {role!r}",
                hint=did_you_mean(role, roles) or one_of(sorted(roles)),
            )
            return None
        return RoleSource(role, str(data.get("pick", _POOL)))


TYPE = RoleType()
