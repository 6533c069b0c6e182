"""People who have a skill: the least busy, one after the other, or everyone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.assignee.named import named_schema, parse_named, parse_role
from engines.assignee.picks import AMONG, PICK, GroupSource, parse_pick
from engines.assignee.sourcetype import Place, Source, SourceType
from engines.values import LocaleText


class SkillType(SourceType):
    """`{skill: {of: record.skill}, among: clerk, if_empty: {role: clerk}}`."""

    name = "skill"
    label = LocaleText(
        (("en", "People with a skill"), ("zh", "具备某项技能的人"),
         ("es", "Personas con una habilidad"), ("ar", "أشخاص ذوو مهارة"))
    )  # fmt: skip
    value_schema = named_schema("A skill")
    options = {"pick": PICK, "among": AMONG}
    example = {"skill": "welding", "pick": "round_robin", "if_empty": "block"}

    def parse(self, data: Mapping[str, Any], place: Place) -> Source | None:
        """Compile the name, check the role."""
        name = parse_named(data[self.name], self.name, place)
        role = parse_role(data, "among", place) if "among" in data else None
        pick = parse_pick(data, place)
        if name is None or pick is None or (role is None and "among" in data):
            return None
        return GroupSource(pick, role, skill=name)


TYPE = SkillType()
