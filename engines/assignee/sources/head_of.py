"""The head of a department."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.action import FactPath
from engines.assignee.named import Named, named_schema, parse_named
from engines.assignee.sourcetype import Place, Source, SourceType
from engines.messages import Recipient, ToHead
from engines.values import DepartmentId, Facts, LocaleText


@dataclass(frozen=True, slots=True)
class HeadSource(Source):
    """Whoever heads the department; a department without a head has nobody, not its parent's."""

    department: Named

    @property
    def paths(self) -> frozenset[FactPath]:
        """What the department's name depends on."""
        return self.department.paths

    @property
    def can_be_empty(self) -> bool:
        """A department may have no head."""
        return True

    @property
    def is_settled_later(self) -> bool:
        """The directory knows."""
        return True

    def recipient(self, facts: Facts) -> Recipient | None:
        """The head, or None when no department is named."""
        department = self.department.text(facts)
        return ToHead(DepartmentId(department)) if department else None


class HeadType(SourceType):
    """`{head_of: quality, if_empty: {role: manager}}`."""

    name = "head_of"
    label = LocaleText(
        (("en", "Head of a department"), ("zh", "部门负责人"),
         ("es", "Responsable de un departamento"), ("ar", "رئيس قسم"))
    )  # fmt: skip
    value_schema = named_schema("A department")
    example = {"head_of": "workshop", "if_empty": "block"}

    def parse(self, data: Mapping[str, Any], place: Place) -> Source | None:
        """Compile the department's name."""
        department = parse_named(data[self.name], self.name, place)
        return HeadSource(department) if department is not None else None


TYPE = HeadType()
