"""The contract of an action type. What it compiles to is `engines.action.Action`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engines.action import Action
from engines.assignee.parse import Assignee, parse_assignee
from engines.assignee.sourcetype import Place
from engines.context import DefinitionContext, FieldFacts
from engines.diagnostics import Path, did_you_mean, one_of
from engines.expression.compile import Expression
from engines.expression.types import Type
from engines.values import FieldId, FormId, LocaleText, Value


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in the definition an action is written, and over which form's records it runs."""

    path: Path
    form: FormId
    context: DefinitionContext

    def at(self, *steps: str | int) -> Spot:
        """Further down in its text."""
        return replace(self, path=(*self.path, *steps))

    def problem(self, code: str, message: str, hint: str = "") -> None:
        """Report what is wrong here."""
        self.context.problems.add(code, self.path, message, hint=hint)

    def expression(self, text: object, expect: Type | None = None) -> Expression | None:
        """The expression written here, over a record of this form."""
        return self.context.expression(text, self.path, self.form, expect=expect)

    def assignee(self, data: object, *, is_person: bool = True) -> Assignee | None:
        """The assignee written here."""
        return parse_assignee(data, Place(self.path, self.form, self.context), is_person=is_person)

    def settable(self, name: str, form: FormId | None = None) -> FieldFacts | None:
        """The field to set, of this form or another; system and computed ones are refused."""
        of_form = self.context.forms[form or self.form]
        field = of_form.fields.get(FieldId(name))
        if field is None:
            hint = did_you_mean(name, of_form.fields) or one_of(of_form.fields)
            self.problem("R011", f"unknown field {name!r} of form {of_form.id!r}", hint)
            return None
        if field.is_computed or field.is_system:
            why = "is computed" if field.is_computed else "is kept by the system"
            self.problem("R012", f"field {name!r} {why} and cannot be set", "Remove it.")
            return None
        return field

    def literal(self, data: object, field: FieldFacts) -> tuple[Value] | None:
        """The written value as one of `field`, in a tuple as it may be null."""
        if data is None:
            return (None,)
        try:
            return (field.read_literal(data),)
        except ValueError as error:
            said = f"{data!r} cannot stand in field {field.id!r}: {error}"
            self.problem("R013", said, _options_hint(field, data))
            return None


class ActionType(ABC):
    """One kind of action; `name` is the one key of the map that writes it."""

    name: str
    label: LocaleText
    icon: str
    group: str
    schema: Mapping[str, Any]  # of what stands under the key
    example: Mapping[str, Any]  # of the whole map

    @abstractmethod
    def parse(self, data: Any, spot: Spot) -> Action | None:
        """The compiled action, or None when its problems were reported. `data` is the value."""


def _options_hint(field: FieldFacts, data: object) -> str:
    names = [name for name, _ in field.options]
    if not names:
        return ""
    return did_you_mean(str(data), names) or one_of(names)
