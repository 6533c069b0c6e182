"""People who look after a region: the least busy, one after the other, or everyone."""

from __future__ import annotations

from engines.assignee.by_name import GroupByName
from engines.assignee.picks import GroupSource
from engines.values import LocaleText

TYPE = GroupByName(
    "region",
    LocaleText(
        (("en", "People of a region"), ("zh", "某个区域的人"), ("es", "Personas de una región"),
         ("ar", "أشخاص منطقة"))
    ),
    example="north",
    make=lambda pick, role, name: GroupSource(pick, role, region=name),
)  # fmt: skip
