"""The fields a report names, found through links, and whether a database can count by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engines import kinds
from engines.context import DefinitionContext, FieldFacts
from engines.diagnostics import did_you_mean, one_of
from engines.expression.types import (
    DATE,
    DATETIME,
    DURATION,
    MONEY,
    MONEY_PARTS,
    NUMBER,
    ListOf,
    Type,
)
from engines.kinds import Shape
from engines.report.question import Aggregate, Grain
from engines.values import FieldId, FormId

TIMES: Final = (DATE, DATETIME)
_UNGROUPED_KINDS: Final = (kinds.LONG_TEXT, kinds.FILES, kinds.DURATION)
_UNGROUPED_SHAPES: Final = (Shape.JSON, Shape.VIRTUAL)
_SUMMED: Final = (NUMBER, DURATION)
_ORDERED: Final = (*_SUMMED, *TIMES)


class FieldError(Exception):
    """What is wrong with a field that a report names, as a diagnostic of `code`."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        self.code = code
        self.hint = hint
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class ReportField:
    """A field as a report reaches it; of money there may be a part, amount or currency."""

    key: str
    field: FieldFacts
    type: Type
    is_linked: bool  # behind a link


def find_field(key: str, form: FormId, context: DefinitionContext) -> ReportField:
    """The field under a key like `category` or `buyer.tier`. Raises FieldError."""
    here = form
    steps = key.split(".")
    for depth, step in enumerate(steps):
        field = _field_of(here, step, context)
        rest = steps[depth + 1 :]
        if field.is_encrypted:
            hint = "Only a field that says 'index: plain' can be counted, at the cost of secrecy."
            raise FieldError("P004", f"field {step!r} is encrypted", hint)
        if not rest:
            return ReportField(key, field, field.type, is_linked=depth > 0)
        if field.type == MONEY and len(rest) == 1 and rest[0] in MONEY_PARTS:
            return ReportField(key, field, MONEY_PARTS[rest[0]], is_linked=depth > 0)
        if field.links_to is None or field.links_to not in context.forms:
            hint = f"Write {'.'.join(steps[: depth + 1])} alone."
            raise FieldError("P002", f"field {step!r} leads to no other form", hint)
        here = field.links_to
    raise FieldError("P002", "no field is named", "Write the id of a field.")


def check_dimension(found: ReportField) -> None:
    """Raise FieldError unless records can be grouped by the field."""
    kind = found.field.kind
    if found.type == MONEY or (kind.shape is Shape.MONEY and found.type == NUMBER):
        hint = f"Group by {found.key.removesuffix('.amount')}.currency, and measure the amount."
        raise FieldError("P003", "records cannot be grouped by an amount of money", hint)
    if kind.shape in _UNGROUPED_SHAPES or kind in _UNGROUPED_KINDS:
        hint = "Use a choice, a link, a date, a number or a short text."
        if kind.shape is Shape.VIRTUAL:
            hint = "It is kept elsewhere: name that field through its link."
        raise FieldError("P003", f"records cannot be grouped by {found.key!r}", hint)
    if found.is_linked and isinstance(found.type, ListOf):
        hint = "Report on the form that has the list."
        raise FieldError("P003", f"records cannot be grouped by the list {found.key!r}", hint)


def grain_of(found: ReportField, written: object) -> Grain | None:
    """How finely a time is told apart, days when nothing is written. Raises FieldError."""
    if found.type not in TIMES:
        if written is None:
            return None
        hint = "Remove 'grain', or name a date."
        raise FieldError("P005", f"{found.key!r} is a {found.type}, it has no grain", hint)
    grain = Grain(str(written or Grain.DAY))
    if grain is Grain.HOUR and found.type == DATE:
        raise FieldError("P005", f"{found.key!r} is a date without hours", "Write 'grain: day'.")
    return grain


def measured_type(found: ReportField, aggregate: Aggregate) -> Type:
    """The type of the answer. Raises FieldError where such values cannot be aggregated."""
    if found.field.kind.shape in _UNGROUPED_SHAPES:
        hint = "It is kept elsewhere: name that field through its link."
        raise FieldError("P006", f"{found.key!r} is not stored with the record", hint)
    if aggregate is Aggregate.COUNT:
        if isinstance(found.type, ListOf):
            raise FieldError("P006", f"{found.key!r} is a list", "Group by it instead.")
        return NUMBER
    type_ = NUMBER if found.type == MONEY else found.type
    taken = _ORDERED if aggregate in (Aggregate.MIN, Aggregate.MAX) else _SUMMED
    if type_ not in taken:
        words = ", ".join(str(one) for one in taken)
        said = f"the {aggregate.value} of {found.key!r} has no meaning: it is a {found.type}"
        raise FieldError("P006", said, f"Name a field of one of the types {words}.")
    return type_


def is_amount(found: ReportField) -> bool:
    """Whether it is an amount of money, which adds up only within one currency."""
    return found.field.kind.shape is Shape.MONEY and found.type in (MONEY, NUMBER)


def _field_of(form: FormId, name: str, context: DefinitionContext) -> FieldFacts:
    fields = context.forms[form].fields
    field = fields.get(FieldId(name))
    if field is None:
        hint = did_you_mean(name, fields) or one_of(fields)
        raise FieldError("P002", f"unknown field {name!r} of form {form!r}", hint)
    return field
