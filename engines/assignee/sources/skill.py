"""People who have a skill: the least busy, one after the other, or everyone."""

from __future__ import annotations

from engines.assignee.by_name import GroupByName
from engines.assignee.picks import GroupSource
from engines.values import LocaleText

TYPE = GroupByName(
    "skill",
    LocaleText(
        (("en", "People with a skill"), ("zh", "具备某项技能的人"),
         ("es", "Personas con una habilidad"), ("ar", "أشخاص ذوو مهارة"))
    ),
    example="welding",
    make=lambda pick, role, name: GroupSource(pick, role, skill=name),
)  # fmt: skip
