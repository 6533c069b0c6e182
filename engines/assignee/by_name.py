"""Sources that name a group of people by something of theirs kept by name: a skill, a region."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engines.assignee.named import Named, named_schema, parse_named, parse_role
from engines.assignee.picks import AMONG, PICK, GroupSource, parse_pick
from engines.assignee.sourcetype import Place, Source, SourceType
from engines.values import LocaleText, RoleId

# Of how one is picked, the role that narrows the group, and the name.
Make = Callable[[str, RoleId | None, Named], GroupSource]


class GroupByName(SourceType):
    """`{skill: {of: record.skill}, among: clerk, if_empty: {role: clerk}}`."""

    options = {"pick": PICK, "among": AMONG}

    def __init__(self, name: str, label: LocaleText, example: str, make: Make) -> None:
        self.name = name
        self.label = label
        self.value_schema = named_schema(f"A {name}")
        self.example = {name: example, "pick": "round_robin", "if_empty": "block"}
        self._make = make

    def parse(self, data: Mapping[str, Any], place: Place) -> Source | None:
        """Compile the name, check the role."""
        name = parse_named(data[self.name], self.name, place)
        role = parse_role(data, "among", place) if "among" in data else None
        pick = parse_pick(data, place)
        if name is None or pick is None or (role is None and "among" in data):
            return None
        return self._make(pick, role, name)
