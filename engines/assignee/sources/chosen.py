"""The person whom the actor of an earlier step has chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.assignee.sourcetype import Place, Source, SourceType
from engines.messages import Recipient, ToUser
from engines.values import Facts, LocaleText, UserId


@dataclass(frozen=True, slots=True)
class ChosenSource(Source):
    """Whom the latest actor chose who was asked to; outcomes with `choose` ask."""

    @property
    def can_be_empty(self) -> bool:
        """Nobody may have been asked to choose on the way here."""
        return True

    def recipient(self, facts: Facts) -> Recipient | None:
        """The person, or None when nobody has chosen."""
        chosen = facts.get("chosen") or ()
        return ToUser(UserId(chosen[0])) if chosen else None


class ChosenType(SourceType):
    """`{chosen: true, if_empty: {role: clerk}}`."""

    name = "chosen"
    label = LocaleText(
        (("en", "Chosen at an earlier step"), ("zh", "由前一步骤选定"),
         ("es", "Elegido en un paso anterior"), ("ar", "اختير في خطوة سابقة"))
    )  # fmt: skip
    value_schema = {"const": True, "type": "boolean", "description": "Always true."}
    example = {"chosen": True, "if_empty": {"role": "clerk"}}

    def parse(self, data: Mapping[str, Any], place: Place) -> Source:
        """Nothing to check."""
        return ChosenSource()


TYPE = ChosenType()
