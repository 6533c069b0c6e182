"""Holders of a role: the pool as a whole, one picked from it, or every one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engines.assignee.named import parse_role
from engines.assignee.picks import EVERYONE, PICK, POOL
from engines.assignee.sourcetype import Place, Source, SourceType
from engines.messages import AssignFromPool, Recipient, ToPool
from engines.values import Facts, LocaleText, RoleId


@dataclass(frozen=True, slots=True)
class RoleSource(Source):
    """The holders of `role`; who of them is settled under a lock where `pick` asks for one."""

    role: RoleId
    pick: str
    _recipient: Recipient = field(init=False, repr=False, compare=False)  # always the same

    def __post_init__(self) -> None:
        found = ToPool(self.role) if self.pick == POOL else AssignFromPool(self.role, self.pick)
        object.__setattr__(self, "_recipient", found)

    @property
    def roles(self) -> frozenset[RoleId]:
        """The role it names."""
        return frozenset({self.role})

    @property
    def is_group(self) -> bool:
        """The pool and everyone are; a member picked from it is one person."""
        return self.pick in (POOL, EVERYONE)

    @property
    def is_everyone(self) -> bool:
        """All holders, each for themselves."""
        return self.pick == EVERYONE

    @property
    def is_settled_later(self) -> bool:
        """A choice from the role is made under a lock."""
        return self.pick != POOL

    def recipient(self, facts: Facts) -> Recipient:
        """The pool, or a choice from it left to the runtime."""
        return self._recipient


class RoleType(SourceType):
    """`{role: clerk, pick: least_busy}`."""

    name = "role"
    label = LocaleText(
        (("en", "Holders of a role"), ("zh", "角色成员"), ("es", "Miembros de un rol"),
         ("ar", "أعضاء دور"))
    )  # fmt: skip
    value_schema = {"type": "string", "x-reference": "role"}
    is_usual = True
    options = {"pick": PICK}
    example = {"role": "clerk", "pick": "least_busy"}

    def parse(self, data: Mapping[str, Any], place: Place) -> Source | None:
        """Check the role against the definition's roles."""
        role = parse_role(data, self.name, place)
        return RoleSource(role, str(data.get("pick", POOL))) if role is not None else None


TYPE = RoleType()
