"""The person who started the flow; in a rule, the person whose act triggered it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.action import FactPath
from engines.assignee.sourcetype import Place, Source, SourceType
from engines.messages import Recipient, ToUser
from engines.values import Facts, LocaleText, UserId


@dataclass(frozen=True, slots=True)
class InitiatorSource(Source):
    """Whoever began it; nobody when a timer or a stranger did."""

    @property
    def paths(self) -> frozenset[FactPath]:
        """The acting user, where no flow remembers its initiator."""
        return frozenset({("user", "id")})

    def recipient(self, facts: Facts) -> Recipient | None:
        """The person the flow remembers, else the acting user."""
        acting = facts.get("user") or {}
        user = facts.get("initiator", acting.get("id"))
        return ToUser(UserId(user)) if user else None


class InitiatorType(SourceType):
    """`{initiator: true}`."""

    name = "initiator"
    label = LocaleText(
        (("en", "Who started it"), ("zh", "发起人"), ("es", "Quien lo inició"),
         ("ar", "من بدأه"))
    )  # fmt: skip
    value_schema = {"const": True, "type": "boolean", "description": "Always true."}
    is_usual = True
    example = {"initiator": True}

    def parse(self, data: Mapping[str, Any], place: Place) -> Source:
        """Nothing to check."""
        return InitiatorSource()


TYPE = InitiatorType()
