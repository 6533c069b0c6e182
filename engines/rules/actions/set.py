"""Set fields of the record to fixed values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engines.action import Action, Occasion
from engines.messages import Effect
from engines.rules.actiontype import ActionType, Spot
from engines.values import Facts, FieldId, LocaleText, Value, Values


@dataclass(frozen=True, slots=True)
class SetFixed(Action):
    """The values are read once, at publish."""

    fixed: Mapping[str, Value]
    writes: frozenset[FieldId]
    has_effects: ClassVar[bool] = False
    is_fixed: ClassVar[bool] = True

    def values(self, facts: Facts) -> Values:
        """Always the same."""
        return self.fixed

    def effects(self, facts: Facts, occasion: Occasion) -> tuple[Effect, ...]:
        """Nothing else."""
        return ()


class SetType(ActionType):
    """`set: {priority: high, done: true}`."""

    name = "set"
    label = LocaleText(
        (("en", "Set fields"), ("zh", "设置字段"), ("es", "Poner campos"), ("ar", "ضبط الحقول"))
    )
    icon = "pencil"
    group = "record"
    schema = {
        "type": "object",
        "description": "Fixed values by field.",
        "minProperties": 1,
        "additionalProperties": True,
        "x-keys": "field",
    }
    example = {"set": {"status": "done"}}

    def parse(self, data: Any, spot: Spot) -> Action | None:
        """Read every value as one of its field."""
        fixed: dict[str, Value] = {}
        for name, written in data.items():
            here = spot.at(name)
            field = here.settable(name)
            value = here.literal(written, field) if field is not None else None
            if value is not None:
                fixed[name] = value[0]
        return SetFixed(fixed, frozenset(map(FieldId, fixed))) if len(fixed) == len(data) else None


TYPE = SetType()
