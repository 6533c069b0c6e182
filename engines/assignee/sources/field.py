"""The person who stands in a user field of the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.action import FactPath
from engines.assignee.sourcetype import Place, Source, SourceType
from engines.diagnostics import did_you_mean, one_of
from engines.messages import Recipient, ToUser
from engines.values import Facts, FieldId, LocaleText, UserId


@dataclass(frozen=True, slots=True)
class FieldSource(Source):
    """Whoever stands in `field`."""

    field: FieldId

    @property
    def paths(self) -> frozenset[FactPath]:
        """The field alone."""
        return frozenset({("record", self.field)})

    @property
    def can_be_empty(self) -> bool:
        """A user field may be empty."""
        return True

    def recipient(self, facts: Facts) -> Recipient | None:
        """The person, or None when the field is empty."""
        user = facts["record"].get(self.field)
        return ToUser(UserId(user)) if user else None


class FieldType(SourceType):
    """`{field: assignee}`."""

    name = "field"
    label = LocaleText(
        (("en", "A person in a field"), ("zh", "字段中的人"), ("es", "Persona en un campo"),
         ("ar", "شخص في حقل"))
    )  # fmt: skip
    value_schema = {
        "type": "string",
        "description": "A field of the record that holds a person.",
        "x-reference": "field",
    }
    is_usual = True
    example = {"field": "assignee"}

    def parse(self, data: Mapping[str, Any], place: Place) -> Source | None:
        """Check that the field exists and holds a user."""
        field_id = FieldId(str(data[self.name]))
        form = place.context.forms[place.form]
        people = sorted(one for one, facts in form.fields.items() if facts.links_to == "user")
        if field_id in people:
            return FieldSource(field_id)
        wrong = "is not a user field" if field_id in form.fields else "is not a field"
        place.context.problems.add(
            "A206",
            place.below(self.name),
            f"{field_id!r} {wrong} of form {place.form!r}",
            hint=did_you_mean(field_id, people) or one_of(people),
        )
        return None


TYPE = FieldType()
