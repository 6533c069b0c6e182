"""Which members of a group are meant: the words of `pick`, and the groups they choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from engines.action import FactPath
from engines.assignee.named import Named
from engines.assignee.sourcetype import Place, Source
from engines.diagnostics import one_of
from engines.messages import AssignFromPool, Recipient
from engines.values import DepartmentId, Facts, RoleId

POOL: Final = "pool"
LEAST_BUSY: Final = "least_busy"
ROUND_ROBIN: Final = "round_robin"
EVERYONE: Final = "everyone"

SETTLED_PICKS: Final = (LEAST_BUSY, ROUND_ROBIN, EVERYONE)
PICK: Final[Mapping[str, Any]] = {
    "title": "Which of them",
    "description": (
        "All holders of a role until one claims it, the one with the fewest open tasks, "
        "one after the other, or, to sign, everyone."
    ),
    "enum": [POOL, *SETTLED_PICKS],
}
AMONG: Final[Mapping[str, Any]] = {
    "type": "string",
    "title": "Only holders of",
    "description": "A role that narrows the choice.",
    "x-reference": "role",
}


def parse_pick(data: Mapping[str, Any], place: Place) -> str | None:
    """The way to choose from a group that is no role; None when it was reported."""
    pick = str(data.get("pick", LEAST_BUSY))
    if pick != POOL:
        return pick
    place.context.problems.add(
        "A211",
        place.below("pick"),
        "only the holders of a role can share a task as a pool",
        hint=one_of(SETTLED_PICKS),
    )
    return None


@dataclass(frozen=True, slots=True)
class GroupSource(Source):
    """Members of a group that is given by role, department, skill and region together."""

    pick: str
    role: RoleId | None = None
    department: Named | None = None
    skill: Named | None = None
    region: Named | None = None

    @property
    def paths(self) -> frozenset[FactPath]:
        """What the names depend on."""
        return frozenset().union(*(one.paths for one in self._names))

    @property
    def can_be_empty(self) -> bool:
        """Nobody may be in the group."""
        return True

    @property
    def is_settled_later(self) -> bool:
        """It is chosen under a lock."""
        return True

    @property
    def is_everyone(self) -> bool:
        """All members, each for themselves."""
        return self.pick == EVERYONE

    @property
    def is_group(self) -> bool:
        """Everyone is several people."""
        return self.is_everyone

    def recipient(self, facts: Facts) -> Recipient | None:
        """The choice left to the runtime, or None when a name is empty."""
        if any(not one.text(facts) for one in self._names):
            return None
        department = self.department.text(facts) if self.department is not None else ""
        return AssignFromPool(
            self.role,
            self.pick,
            DepartmentId(department) if department else None,
            self.skill.text(facts) if self.skill is not None else "",
            self.region.text(facts) if self.region is not None else "",
        )

    @property
    def _names(self) -> tuple[Named, ...]:
        return tuple(one for one in (self.department, self.skill, self.region) if one is not None)
