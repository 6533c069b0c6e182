"""From the section `sla` of a definition to policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from engines.calendar.model import Calendar
from engines.context import DefinitionContext
from engines.diagnostics import Path, did_you_mean, one_of
from engines.duration import parse_duration
from engines.expression.compile import Expression
from engines.expression.types import BOOLEAN, DATETIME, DURATION, Type
from engines.sla.model import Arrival, Choice, Policy, Reopens, Step, Target
from engines.values import FieldId, FormId, LocaleText, locale_text

_WRITE_DURATION: Final = "Write a duration like 30m, 4h or 1d12h."
_SOME_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)
_LONGEST: Final = timedelta(days=3_660)  # from entry to the end of the time, closed hours included


def parse_policy(
    policy: str, data: Mapping[str, Any], context: DefinitionContext
) -> Policy | None:
    """The compiled policy, or None when something in it was reported."""
    reported = len(context.problems)
    place = _Place(("sla", policy), FormId(str(data.get("for"))), context)
    if not place.at("for").has_form(place.form):
        return None
    calendars = _calendars(data, place)
    targets = tuple(
        _target(name, one or {}, calendars, place.at("targets", name))
        for name, one in (data.get("targets") or {}).items()
    )
    found = Policy(
        id=policy,
        title=place.text(data, policy),
        form=place.form,
        when=place.condition(data, "when"),
        calendars=calendars,
        targets=targets,
    )
    return found if len(context.problems) == reported else None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the section something is written, and over which form's records."""

    path: Path
    form: FormId
    context: DefinitionContext

    def at(self, *steps: str | int) -> _Place:
        """Further down."""
        return replace(self, path=(*self.path, *steps))

    def problem(self, code: str, message: str, hint: str) -> None:
        """Report what is wrong here."""
        self.context.problems.add(code, self.path, message, hint=hint)

    def text(self, data: Mapping[str, Any], fallback: str) -> LocaleText:
        """The title written here."""
        return locale_text(data.get("title"), fallback, self.context.locales)

    def condition(self, data: Mapping[str, Any], key: str) -> Expression | None:
        """The condition under `key`; None when there is none, or it was reported."""
        if key not in data:
            return None
        path = (*self.path, key)
        return self.context.expression(data[key], path, self.form, expect=BOOLEAN)

    def has_form(self, form: object) -> bool:
        """Whether the form exists; another name is reported."""
        forms = self.context.forms
        if form not in forms:
            hint = did_you_mean(str(form), forms) or one_of(forms)
            self.problem("L001", f"unknown form {form!r}", hint)
        return form in forms

    def duration(self, written: object) -> timedelta | None:
        """The duration written here, more than none."""
        try:
            length = parse_duration(str(written))
        except ValueError as error:
            self.problem("L003", str(error), _WRITE_DURATION)
            return None
        if not length:
            self.problem("L003", f"{written!r} leaves no time", _WRITE_DURATION)
        return length


def _calendars(data: Mapping[str, Any], place: _Place) -> tuple[Choice, ...]:
    found = []
    for number, one in enumerate(data.get("calendars") or ()):
        here = place.at("calendars", number)
        calendar = _calendar(one.get("use"), here.at("use")) if "use" in one else None
        found.append(Choice(here.condition(one, "when"), calendar))
    if "calendar" in data:
        found.append(Choice(None, _calendar(data["calendar"], place.at("calendar"))))
    return tuple(found)


def _calendar(name: object, place: _Place) -> Calendar | None:
    calendars = place.context.calendars
    found = calendars.get(str(name))
    if found is None and not place.context.problems.has_under(("calendars", str(name))):
        hint = did_you_mean(str(name), calendars) or (
            one_of(calendars) if calendars else "Add it to 'calendars'."
        )
        place.problem("C011", f"unknown calendar {name!r}", hint)
    return found


def _target(
    name: str, data: Mapping[str, Any], calendars: tuple[Choice, ...], place: _Place
) -> Target:
    if ("within" in data) == ("within_value" in data):
        place.problem(
            "L002",
            f"target {name!r} must have one of 'within' and 'within_value'",
            "Write 'within: 4h', or 'within_value' with an expression.",
        )
    within = place.at("within").duration(data["within"]) if "within" in data else None
    if within is not None:
        _check_length(within, calendars, place.at("within"))
    value = None
    if "within_value" in data:
        path = (*place.path, "within_value")
        value = place.context.expression(data["within_value"], path, place.form, expect=DURATION)
    if "stops" not in data and "stops_on" not in data:
        place.problem(
            "L004",
            f"nothing stops the clock of target {name!r}",
            "Add 'stops' with a condition, or 'stops_on'.",
        )
    usual = Reopens.NEVER if "stops_on" in data else Reopens.RESUME
    return Target(
        id=name,
        title=place.text(data, name),
        within=within,
        within_value=value,
        starts=place.condition(data, "starts"),
        starts_on=_arrival(data.get("starts_on"), place.at("starts_on")),
        stops=place.condition(data, "stops"),
        stops_on=_arrival(data.get("stops_on"), place.at("stops_on")),
        pauses=place.condition(data, "pauses"),
        reopens=Reopens(data.get("reopens", usual)),
        due_field=_field(data.get("due_field"), _DUE, place.at("due_field")),
        kept_field=_field(data.get("kept_field"), _KEPT, place.at("kept_field")),
        steps=_steps(data.get("steps") or {}, place.at("steps")),
    )


def _check_length(within: timedelta, calendars: tuple[Choice, ...], place: _Place) -> None:
    for calendar in [choice.calendar for choice in calendars if choice.calendar is not None]:
        try:
            is_sane = calendar.add(_SOME_DAY, within) - _SOME_DAY <= _LONGEST
        except OverflowError:
            is_sane = False
        if not is_sane:
            place.problem(
                "L005",
                f"so much time of calendar {calendar.id!r} takes more than ten years",
                "Write less time: a day here is 24 open hours.",
            )


def _arrival(data: Mapping[str, Any] | None, place: _Place) -> Arrival | None:
    if data is None or not place.at("created").has_form(data.get("created")):
        return None
    form = FormId(str(data["created"]))
    fields = place.context.forms[form].fields
    links = [name for name, field in fields.items() if field.links_to == place.form]
    link = FieldId(str(data.get("link")))
    if link not in links:
        wrong = f"does not link to {place.form!r}" if link in fields else "is not a field of it"
        hint = did_you_mean(link, links) or (
            one_of(links) if links else f"Add a link to {place.form!r} to form {form!r}."
        )
        place.at("link").problem("L006", f"form {form!r}: {link!r} {wrong}", hint)
        return None
    return Arrival(form, link, replace(place, form=form).condition(data, "when"))


class _Kept(NamedTuple):
    """What the clock writes into a field of the record, and how a field is refused."""

    type: Type
    code: str
    wrong: str
    add: str  # the type of control to add


_DUE: Final = _Kept(DATETIME, "L008", "cannot hold a due time", "datetime")
_KEPT: Final = _Kept(BOOLEAN, "L009", "cannot hold yes or no", "checkbox")


def _field(written: str | None, kept: _Kept, place: _Place) -> FieldId | None:
    """The field written here, of a fitting type and nobody else's to compute."""
    if written is None:
        return None
    fields = place.context.forms[place.form].fields
    fitting = [
        name
        for name, field in fields.items()
        if field.type == kept.type and not field.is_computed and not field.is_system
    ]
    if written in fitting:
        return FieldId(written)
    wrong = kept.wrong if written in fields else "is not a field of it"
    hint = did_you_mean(written, fitting) or (
        one_of(fitting) if fitting else f"Add a field of type {kept.add!r}."
    )
    place.problem(kept.code, f"form {place.form!r}: {written!r} {wrong}", hint)
    return None


def _steps(data: Mapping[str, Any], place: _Place) -> tuple[Step, ...]:
    return tuple(_step(name, one or {}, place.at(name)) for name, one in data.items())


def _step(name: str, data: Mapping[str, Any], place: _Place) -> Step:
    if ("at" in data) == ("after" in data):
        place.problem(
            "L007",
            f"step {name!r} must have one of 'at' and 'after'",
            "Write 'at: 75%' or 'after: 24h'.",
        )
    actions = place.at("do").path
    return Step(
        id=name,
        title=place.text(data, name),
        share=int(str(data["at"]).rstrip("%")) if "at" in data else None,
        after=place.at("after").duration(data["after"]) if "after" in data else None,
        actions=place.context.actions(data.get("do"), actions, place.form),
    )
