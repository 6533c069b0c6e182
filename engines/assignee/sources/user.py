"""The person an expression names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.action import FactPath
from engines.assignee.sourcetype import Place, Source, SourceType
from engines.expression.compile import Expression
from engines.expression.types import USER
from engines.messages import Recipient, ToUser
from engines.values import Facts, LocaleText, UserId


@dataclass(frozen=True, slots=True)
class UserSource(Source):
    """Whoever `who` comes out as."""

    who: Expression

    @property
    def paths(self) -> frozenset[FactPath]:
        """What the expression reads."""
        return self.who.paths

    @property
    def can_be_empty(self) -> bool:
        """An expression may always come out as null."""
        return True

    def recipient(self, facts: Facts) -> Recipient | None:
        """The person, or None for null."""
        user = self.who.evaluate(facts)
        return ToUser(UserId(user)) if user else None


class UserType(SourceType):
    """`{user: record.buyer.manager}`."""

    name = "user"
    label = LocaleText(
        (("en", "A person by expression"), ("zh", "表达式指定的人"),
         ("es", "Persona por expresión"), ("ar", "شخص حسب تعبير"))
    )  # fmt: skip
    value_schema = {
        "type": "string",
        "description": "An expression that names a user.",
        "x-expression": "user",
    }
    example = {"user": "record.created_by"}

    def parse(self, data: Mapping[str, Any], place: Place) -> Source | None:
        """Compile the expression; it must come out as a user."""
        path = place.below(self.name)
        who = place.context.expression(data[self.name], path, place.form, expect=USER)
        return UserSource(who) if who is not None else None


TYPE = UserType()
