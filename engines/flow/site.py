"""What a node type gets to parse itself with: expressions, sources, actions and edges at a place.

Every method reports what is wrong under the right path and answers None, so that parsing goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from engines.action import Action
from engines.assignee.parse import Assignee, parse_assignee
from engines.assignee.policies import POLICIES, SIGNER_POLICIES
from engines.assignee.sourcetype import Place
from engines.calendar.model import ALL_HOURS, Span, Time
from engines.context import DefinitionContext
from engines.diagnostics import Path, did_you_mean, one_of
from engines.duration import parse_duration
from engines.expression.compile import Expression
from engines.expression.types import Type
from engines.flow.model import Edge, FormPart
from engines.values import FieldId, FormId, LocaleText, NodeId, locale_text


@dataclass(frozen=True, slots=True)
class Site:
    """One node while it is parsed; `edges` collects the ways out that it writes."""

    node: NodeId
    path: Path
    form: FormId
    context: DefinitionContext
    declared: frozenset[str]  # ids of all nodes of the flow
    edges: dict[str, Edge] = field(default_factory=dict)
    has_error_way: bool = False  # what stops here goes on elsewhere

    def at(self, *steps: str | int) -> Site:
        """The same node, further down in its text."""
        return replace(self, path=(*self.path, *steps))

    def problem(self, code: str, message: str, hint: str = "") -> None:
        """Report what is wrong here."""
        self.context.problems.add(code, self.path, message, hint=hint)

    def text(self, data: Mapping[str, Any], key: str = "title", fallback: str = "") -> LocaleText:
        """A text of the author, in the app's order of locales."""
        return locale_text(data.get(key), fallback, self.context.locales)

    def edge(self, target: object, label: str) -> str:
        """The name of the edge to `target`; an unknown target is reported and leads nowhere."""
        name = f"{self.node}.{label}"
        if not isinstance(target, str) or target not in self.declared:
            self.problem(
                "W002",
                f"unknown node {target!r}",
                did_you_mean(str(target), self.declared) or one_of(sorted(self.declared)),
            )
            return name
        self.edges[name] = Edge(name, self.node, NodeId(target), self.path)
        return name

    def way_out(self, data: Mapping[str, Any], key: str = "to") -> str | None:
        """The edge written under `key`; a missing one is a dead end."""
        if key not in data:
            self.problem(
                "W004",
                f"node {self.node!r} can never end: no edge leaves it",
                "Add 'to' with the next node, or make it an 'end' node.",
            )
            return None
        return self.at(key).edge(data[key], key)

    def expression(self, text: object, expect: Type | None = None) -> Expression | None:
        """The expression written here."""
        return self.context.expression(text, self.path, self.form, expect=expect)

    def duration(self, text: object) -> timedelta | None:
        """The duration written here."""
        try:
            return parse_duration(str(text))
        except ValueError as error:
            self.problem("W012", str(error), "Write a duration like 30m, 4h or 1d12h.")
            return None

    def span(self, data: Mapping[str, Any], key: str) -> Span | None:
        """The duration under `key`, in open hours of the `calendar` beside it if there is one."""
        length = self.at(key).duration(data.get(key))
        time = self._time(data.get("calendar"))
        return Span(length, time) if length is not None and time is not None else None

    def quiet_span(self, data: Mapping[str, Any], key: str) -> Span | None:
        """The same of a place that is reported elsewhere; None when there is nothing, too."""
        try:
            length = parse_duration(str(data[key]))
        except (KeyError, ValueError):
            return None
        calendar = self.context.calendars.get(str(data.get("calendar")))
        return Span(length, calendar or ALL_HOURS)

    def _time(self, calendar: object) -> Time | None:
        calendars = self.context.calendars
        if calendar is None:
            return ALL_HOURS
        if calendar not in calendars and not self.context.problems.has_under(
            ("calendars", str(calendar))
        ):
            hint = did_you_mean(str(calendar), calendars) or (
                one_of(calendars) if calendars else "Add it to 'calendars'."
            )
            self.at("calendar").problem("C011", f"unknown calendar {calendar!r}", hint)
        return calendars.get(str(calendar))

    def actions(self, data: object) -> tuple[Action, ...]:
        """The actions written here: a list, or one as a map."""
        return self.context.actions(data, self.path, self.form)

    def assignee(self, data: object) -> Assignee | None:
        """The assignee written here, who will hold a task."""
        found = self._holder(data, POLICIES)
        if found is not None and found.is_everyone:
            self.problem(
                "A210",
                "a task is one person's; 'everyone' is only for the signers of an approval",
                "Write another 'pick', or make it an approval.",
            )
            return None
        return found

    def signer(self, data: object) -> Assignee | None:
        """The assignee written here, who will sign."""
        return self._holder(data, SIGNER_POLICIES)

    def reader(self, data: object) -> Assignee | None:
        """The assignee written here, who gets something to read; nobody is nobody."""
        return parse_assignee(data, Place(self.path, self.form, self.context))

    def _holder(self, data: object, policies: Collection[str]) -> Assignee | None:
        place = Place(self.path, self.form, self.context)
        found = parse_assignee(data, place, policies=policies)
        if found is not None and found.has_silent_gap and not self.has_error_way:
            self.problem(
                "W010",
                "nobody may be found here, and the flow does not say what happens then",
                "Add 'if_empty' with another source, 'skip' or 'block', "
                "or 'on_error' to the node.",
            )
        return found

    def form_part(self, data: Mapping[str, Any]) -> FormPart:
        """What a task lets its person do with the fields of the record."""
        edit = self._fields(data, "edit")
        required = frozenset(self._fields(data, "required"))
        hidden = frozenset(self._fields(data, "hidden"))
        for name in sorted(required & hidden):
            self.at("required").problem(
                "W020",
                f"field {name!r} is required and hidden at once",
                "Remove it from one of the two.",
            )
        shown = (*edit, *[name for name in self._fields(data, "required") if name not in edit])
        return FormPart(shown, required, hidden)

    def _fields(self, data: Mapping[str, Any], key: str) -> tuple[FieldId, ...]:
        known = self.context.forms[self.form].fields
        names = [FieldId(str(name)) for name in data.get(key) or ()]
        for number, name in enumerate(names):
            if name not in known:
                self.at(key, number).problem(
                    "W011",
                    f"unknown field {name!r} of form {self.form!r}",
                    did_you_mean(name, known) or one_of(known),
                )
        return tuple(name for name in names if name in known)
