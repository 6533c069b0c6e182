"""What a section of a definition may know of the others while it is parsed; given by `link`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engines.action import Action
from engines.calendar.model import Calendar
from engines.connector import Connector
from engines.diagnostics import Path, Problems
from engines.expression.compile import Expression, compile_expression
from engines.expression.problems import ExpressionError, report
from engines.expression.scope import Scope
from engines.expression.types import Type
from engines.kinds import Kind
from engines.values import FieldId, FlowId, FormId, LocaleText, RoleId


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """What rules, flows and reports may know of a field without knowing the form engine."""

    id: FieldId
    title: LocaleText
    type: Type
    kind: Kind
    control: str
    is_computed: bool = False
    is_encrypted: bool = False
    is_system: bool = False
    options: tuple[tuple[str, LocaleText], ...] = ()  # of choices and trees, in order
    links_to: FormId | None = None  # "user" for user fields
    # A literal of a definition (already typed by the schema, or text) as a value of this field;
    # raises ValueError with a sentence.
    read_literal: Callable[[object], object] = str


@dataclass(frozen=True, slots=True)
class FormFacts:
    """A form as the other engines see it."""

    id: FormId
    title: LocaleText
    fields: Mapping[FieldId, FieldFacts]
    views: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DefinitionContext:
    """One definition's shared knowledge while its sections are parsed.

    `scope(form)` has record, old, user, now and today. `actions(data, path, form)` parses a list
    of actions, or one action as a map with one key, reporting what is wrong under `path`.
    """

    problems: Problems
    locales: tuple[str, ...]
    time_zone: str
    forms: Mapping[FormId, FormFacts]
    roles: frozenset[RoleId]
    templates: Mapping[str, FormId]  # the form each message template speaks of
    flows: Mapping[FlowId, FormId | None]
    scope: Callable[[FormId], Scope]
    actions: Callable[[object, Path, FormId], tuple[Action, ...]]
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    connectors: Mapping[str, Connector] = field(default_factory=dict)

    def expression(
        self, text: object, path: Path, form: FormId, *, expect: Type | None = None
    ) -> Expression | None:
        """The expression over records of `form`; None when its problems were reported."""
        try:
            return compile_expression(_written(text), self.scope(form), expect=expect)
        except ExpressionError as error:
            report(self.problems, path, error)
            return None


def _written(text: object) -> str:
    if isinstance(text, bool):  # JSON definitions may carry a real true or false
        return "true" if text else "false"
    return str(text)
