"""Who is on duty now: a roster is a form with a person, a beginning and an end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.assignee.sourcetype import Place, Source, SourceType
from engines.context import FormFacts
from engines.diagnostics import did_you_mean, one_of
from engines.expression.types import DATE, DATETIME
from engines.messages import Recipient, ToOnDuty
from engines.values import Facts, FieldId, FormId, LocaleText

_FORM, _WHO, _FROM, _TO = "form", "who", "from", "to"


@dataclass(frozen=True, slots=True)
class RosterSource(Source):
    """Whoever stands in the roster at the moment."""

    duty: ToOnDuty

    @property
    def can_be_empty(self) -> bool:
        """A roster may have gaps."""
        return True

    @property
    def is_settled_later(self) -> bool:
        """The roster's records know."""
        return True

    def recipient(self, facts: Facts) -> Recipient | None:
        """The question for the runtime."""
        return self.duty


class RosterType(SourceType):
    """`{roster: {form: duty, who: person, from: starts, to: ends}, if_empty: {role: clerk}}`."""

    name = "roster"
    label = LocaleText(
        (("en", "Who is on duty"), ("zh", "值班人员"), ("es", "Quien está de guardia"),
         ("ar", "المناوب"))
    )  # fmt: skip
    value_schema = {
        "type": "object",
        "properties": {
            _FORM: {"type": "string", "title": "Form", "x-reference": "form"},
            _WHO: {"type": "string", "title": "Field of the person"},
            _FROM: {"type": "string", "title": "Field of the beginning"},
            _TO: {"type": "string", "title": "Field of the end"},
        },
        "required": [_FORM, _WHO, _FROM, _TO],
        "additionalProperties": False,
    }
    example = {
        "roster": {"form": "duty", "who": "person", "from": "starts", "to": "ends"},
        "if_empty": "block",
    }

    def parse(self, data: Mapping[str, Any], place: Place) -> Source | None:
        """Check that the form and its three fields exist and are of the right kinds."""
        written = data[self.name]
        form = place.context.forms.get(FormId(str(written[_FORM])))
        if form is None:
            forms = place.context.forms
            place.context.problems.add(
                "A207",
                place.below(self.name, _FORM),
                f"unknown form {written[_FORM]!r}",
                hint=did_you_mean(str(written[_FORM]), forms) or one_of(forms),
            )
            return None
        people = {one for one, facts in form.fields.items() if facts.links_to == "user"}
        times = {one for one, facts in form.fields.items() if facts.type in (DATE, DATETIME)}
        wanted = ((_WHO, people), (_FROM, times), (_TO, times))
        fields = [self._field(str(written[key]), key, known, place) for key, known in wanted]
        if any(one is None for one in fields) or not self._are_plain(form, fields, place):
            return None
        who, starts, ends = (FieldId(str(one)) for one in fields)
        return RosterSource(ToOnDuty(form.id, who, starts, ends))

    def _field(self, name: str, key: str, known: set[FieldId], place: Place) -> FieldId | None:
        if name in known:
            return FieldId(name)
        place.context.problems.add(
            "A209",
            place.below(self.name, key),
            f"{name!r} is no field that holds {'a person' if key == _WHO else 'a date or a time'}",
            hint=did_you_mean(name, sorted(known)) or one_of(sorted(known)),
        )
        return None

    def _are_plain(self, form: FormFacts, fields: list[FieldId | None], place: Place) -> bool:
        hidden = [one for one in fields if one is not None and form.fields[one].is_encrypted]
        for name in hidden:
            place.context.problems.add(
                "A209",
                place.below(self.name),
                f"{name!r} is encrypted, so the roster cannot be searched by it",
                hint="Choose fields that are not encrypted.",
            )
        return not hidden


TYPE = RosterType()
