"""Members of a department: the least busy, one after the other, or everyone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.assignee.named import named_schema, parse_named
from engines.assignee.picks import PICK, GroupSource, parse_pick
from engines.assignee.sourcetype import Place, Source, SourceType
from engines.values import LocaleText


class DepartmentType(SourceType):
    """`{department: workshop, pick: round_robin, if_empty: block}`."""

    name = "department"
    label = LocaleText(
        (("en", "Members of a department"), ("zh", "部门成员"),
         ("es", "Miembros de un departamento"), ("ar", "أعضاء قسم"))
    )  # fmt: skip
    value_schema = named_schema("A department")
    options = {"pick": PICK}
    example = {"department": "workshop", "pick": "least_busy", "if_empty": "block"}

    def parse(self, data: Mapping[str, Any], place: Place) -> Source | None:
        """Compile the department's name."""
        department = parse_named(data[self.name], self.name, place)
        pick = parse_pick(data, place)
        if department is None or pick is None:
            return None
        return GroupSource(pick, department=department)


TYPE = DepartmentType()
