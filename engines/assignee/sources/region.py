"""People who look after a region: the least busy, one after the other, or everyone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.assignee.named import named_schema, parse_named, parse_role
from engines.assignee.picks import AMONG, PICK, GroupSource, parse_pick
from engines.assignee.sourcetype import Place, Source, SourceType
from engines.values import LocaleText


class RegionType(SourceType):
    """`{region: {of: record.region}, among: clerk, if_empty: {role: clerk}}`."""

    name = "region"
    label = LocaleText(
        (("en", "People of a region"), ("zh", "某个区域的人"), ("es", "Personas de una región"),
         ("ar", "أشخاص منطقة"))
    )  # fmt: skip
    value_schema = named_schema("A region")
    options = {"pick": PICK, "among": AMONG}
    example = {"region": "north", "pick": "round_robin", "if_empty": "block"}

    def parse(self, data: Mapping[str, Any], place: Place) -> Source | None:
        """Compile the name, check the role."""
        name = parse_named(data[self.name], self.name, place)
        role = parse_role(data, "among", place) if "among" in data else None
        pick = parse_pick(data, place)
        if name is None or pick is None or (role is None and "among" in data):
            return None
        return GroupSource(pick, role, region=name)


TYPE = RegionType()
