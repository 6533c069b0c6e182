"""The manager of a person, their manager's manager, and so on; of the initiator when not said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.action import FactPath
from engines.assignee.sourcetype import Place, Source, SourceType
from engines.expression.compile import Expression
from engines.expression.types import USER
from engines.messages import Recipient, ToManager
from engines.values import Facts, LocaleText, UserId

_HIGHEST = 10


@dataclass(frozen=True, slots=True)
class ManagerSource(Source):
    """The `level`th manager; nobody when the line of managers is shorter."""

    level: int
    of: Expression | None

    @property
    def paths(self) -> frozenset[FactPath]:
        """Whose manager it is; the acting user, where no flow remembers its initiator."""
        return self.of.paths if self.of is not None else frozenset({("user", "id")})

    @property
    def can_be_empty(self) -> bool:
        """Somebody has no manager."""
        return True

    @property
    def is_settled_later(self) -> bool:
        """The directory knows."""
        return True

    def recipient(self, facts: Facts) -> Recipient | None:
        """The manager, or None when it is not known whose."""
        if self.of is not None:
            person = self.of.evaluate(facts)
        else:
            person = facts.get("initiator", (facts.get("user") or {}).get("id"))
        return ToManager(UserId(person), self.level) if person else None


class ManagerType(SourceType):
    """`{manager: 2, if_empty: auto_pass}`: the manager's manager of the initiator."""

    name = "manager"
    label = LocaleText(
        (("en", "Manager of a person"), ("zh", "上级主管"), ("es", "Superior de una persona"),
         ("ar", "مدير شخص"))
    )  # fmt: skip
    value_schema = {
        "type": "integer",
        "minimum": 1,
        "maximum": _HIGHEST,
        "description": "1 is the manager, 2 the manager's manager.",
    }
    options = {
        "of": {
            "type": "string",
            "title": "Whose",
            "description": "An expression that names a user; the initiator when not given.",
            "x-expression": "user",
        }
    }
    example = {"manager": 1, "of": "record.created_by", "if_empty": "block"}

    def parse(self, data: Mapping[str, Any], place: Place) -> Source | None:
        """Compile whose manager it is."""
        if "of" not in data:
            return ManagerSource(int(data[self.name]), None)
        path = place.below("of")
        of = place.context.expression(data["of"], path, place.form, expect=USER)
        return ManagerSource(int(data[self.name]), of) if of is not None else None


TYPE = ManagerType()
