"""Change the record that a link leads to, by fixed values and expressions over this record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.action import Action, FactPath, Occasion
from engines.diagnostics import did_you_mean, one_of
from engines.expression.compile import Expression
from engines.messages import Effect, SetFields
from engines.rules.actiontype import ActionType, Spot
from engines.rules.other_record import VALUES, values_of
from engines.values import Facts, FieldId, FormId, LocaleText, RecordId, Value


@dataclass(frozen=True, slots=True)
class Update(Action):
    """The linked record's own rules run on the change; without a link nothing happens."""

    link: FieldId
    form: FormId
    fixed: Mapping[str, Value]
    computed: tuple[tuple[FieldId, Expression], ...]

    @property
    def paths(self) -> frozenset[FactPath]:
        """The link, and what the expressions read of this record."""
        read = (one.paths for _, one in self.computed)
        return frozenset({("record", str(self.link))}).union(*read)

    def effects(self, facts: Facts, occasion: Occasion) -> tuple[Effect, ...]:
        """One change."""
        record = facts["record"].get(self.link)
        if record is None:
            return ()
        values: dict[str, Value] = dict(self.fixed)
        for field, expression in self.computed:
            values[field] = expression.evaluate(facts)
        return (SetFields(self.form, RecordId(str(record)), values, occasion.reason),)


class UpdateType(ActionType):
    """`update: {link: order, set: {status: paid}, set_value: {paid_on: today}}`."""

    name = "update"
    label = LocaleText(
        (("en", "Change a linked record"), ("zh", "修改关联记录"),
         ("es", "Cambiar un registro vinculado"), ("ar", "تغيير سجل مرتبط"))
    )  # fmt: skip
    icon = "link"
    group = "record"
    schema = {
        "type": "object",
        "properties": {
            "link": {"type": "string", "title": "Link", "x-reference": "field"},
            **VALUES,
        },
        "required": ["link"],
        "additionalProperties": False,
    }
    example = {"update": {"link": "order", "set": {"status": "done"}}}

    def parse(self, data: Any, spot: Spot) -> Action | None:
        """Check the link, then every value against its field."""
        form = _target(str(data.get("link")), spot)
        if form is None:
            return None
        values = values_of(data, form, spot)
        return None if values is None else Update(FieldId(str(data["link"])), form, *values)


def _target(link: str, spot: Spot) -> FormId | None:
    """The form that a link field leads to; anything else is reported."""
    fields = spot.context.forms[spot.form].fields
    field = fields.get(FieldId(link))
    target = field.links_to if field is not None else None
    if target in spot.context.forms:
        return target
    links = [
        str(one.id)
        for one in fields.values()
        if one.links_to in spot.context.forms and not one.is_system
    ]
    what = f"unknown field {link!r}" if field is None else f"{link!r} links to no record of a form"
    hint = did_you_mean(link, links) or (one_of(links) if links else "Add a link field first.")
    spot.at("link").problem("R027", what, hint)
    return None


TYPE = UpdateType()
