"""Create a record of a form, filled with fixed values and expressions over this record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.action import Action, FactPath, Occasion
from engines.diagnostics import did_you_mean, one_of
from engines.expression.compile import Expression
from engines.messages import CreateRecord, Effect
from engines.rules.actiontype import ActionType, Spot
from engines.rules.other_record import VALUES, values_of
from engines.values import Facts, FieldId, FormId, LocaleText, Value


@dataclass(frozen=True, slots=True)
class Create(Action):
    """The new record's own rules run on it; it gets its id from the runtime."""

    form: FormId
    fixed: Mapping[str, Value]
    computed: tuple[tuple[FieldId, Expression], ...]

    @property
    def paths(self) -> frozenset[FactPath]:
        """What the expressions read of this record."""
        return frozenset().union(*(one.paths for _, one in self.computed))

    def effects(self, facts: Facts, occasion: Occasion) -> tuple[Effect, ...]:
        """One record."""
        values: dict[str, Value] = dict(self.fixed)
        for field, expression in self.computed:
            values[field] = expression.evaluate(facts)
        return (CreateRecord(self.form, values, occasion.reason),)


class CreateType(ActionType):
    """`create: {form: visit, set: {status: new}, set_value: {order: record.id}}`."""

    name = "create"
    label = LocaleText(
        (("en", "Create a record"), ("zh", "创建记录"), ("es", "Crear registro"),
         ("ar", "إنشاء سجل"))
    )  # fmt: skip
    icon = "plus"
    group = "record"
    schema = {
        "type": "object",
        "properties": {
            "form": {"type": "string", "title": "Form", "x-reference": "form"},
            **VALUES,
        },
        "required": ["form"],
        "additionalProperties": False,
    }
    example = {"create": {"form": "order", "set": {"status": "done"}}}

    def parse(self, data: Any, spot: Spot) -> Action | None:
        """Check the form, then every value against its field."""
        form = FormId(str(data.get("form")))
        forms = spot.context.forms
        if form not in forms:
            hint = did_you_mean(form, forms) or one_of(forms)
            spot.at("form").problem("R017", f"unknown form {form!r}", hint)
            return None
        values = values_of(data, form, spot)
        return None if values is None else Create(form, *values)


TYPE = CreateType()
