"""Set fields of the record to what expressions give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from engines.action import Action, FactPath, Occasion
from engines.expression.compile import Expression
from engines.messages import Effect
from engines.rules.actiontype import ActionType, Spot
from engines.values import Facts, FieldId, LocaleText, Values


@dataclass(frozen=True, slots=True)
class SetComputed(Action):
    """All expressions see the record as it was before this action."""

    computed: tuple[tuple[FieldId, Expression], ...]
    has_effects: ClassVar[bool] = False

    @property
    def writes(self) -> frozenset[FieldId]:
        """The fields named."""
        return frozenset(field for field, _ in self.computed)

    @property
    def paths(self) -> frozenset[FactPath]:
        """What the expressions read."""
        return frozenset().union(*(one.paths for _, one in self.computed))

    def values(self, facts: Facts) -> Values:
        """Computed now."""
        return {field: expression.evaluate(facts) for field, expression in self.computed}

    def effects(self, facts: Facts, occasion: Occasion) -> tuple[Effect, ...]:
        """Nothing else."""
        return ()


class SetValueType(ActionType):
    """`set_value: {due: "now + hours(4)"}`."""

    name = "set_value"
    label = LocaleText(
        (("en", "Compute fields"), ("zh", "计算字段"), ("es", "Calcular campos"),
         ("ar", "حساب الحقول"))
    )  # fmt: skip
    icon = "function"
    group = "record"
    schema = {
        "type": "object",
        "description": "Expressions by field.",
        "minProperties": 1,
        "additionalProperties": {"type": "string", "x-expression": "value"},
        "x-keys": "field",
    }
    example = {"set_value": {"due": "now"}}

    def parse(self, data: Any, spot: Spot) -> Action | None:
        """Compile every expression; it must fit its field."""
        found: list[tuple[FieldId, Expression]] = []
        for name, written in data.items():
            here = spot.at(name)
            field = here.settable(name)
            expression = here.expression(written, field.type) if field is not None else None
            if expression is not None:
                found.append((FieldId(name), expression))
        return SetComputed(tuple(found)) if len(found) == len(data) else None


TYPE = SetValueType()
