"""Put a person into a user field: from a role, another field, an expression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engines.action import Action, FactPath, Occasion
from engines.assignee.catalog import assignee_schema
from engines.assignee.parse import Assignee
from engines.messages import AssignField, Effect, ToNobody, ToUser
from engines.rules.actiontype import ActionType, Spot
from engines.values import Facts, FieldId, LocaleText, Values

TARGET = "field"  # here it is what is filled; a person in another field is `user: record.other`
USERS = "user"


def with_target_field(assignee: dict[str, Any]) -> dict[str, Any]:
    """The schema of an assignee in which `field` names the field to fill."""
    target = {"type": "string", "title": "User field to fill", "x-reference": "field"}
    properties = {**assignee["properties"], TARGET: target}
    return {**assignee, "properties": properties, "required": [TARGET], "minProperties": 2}


@dataclass(frozen=True, slots=True)
class Assign(Action):
    """A person known from the facts is set at once; a choice from a role is the runtime's."""

    field: FieldId
    who: Assignee

    @property
    def writes(self) -> frozenset[FieldId]:
        """The user field."""
        return frozenset({self.field})

    @property
    def paths(self) -> frozenset[FactPath]:
        """What the assignee reads."""
        return self.who.paths

    def values(self, facts: Facts) -> Values:
        """The person, if the facts name one."""
        to = self.who.recipient(facts)
        return {self.field: to.user} if isinstance(to, ToUser) else {}

    def effects(self, facts: Facts, occasion: Occasion) -> tuple[Effect, ...]:
        """The choice that is left to the runtime; nobody leaves the field as it is."""
        to = self.who.recipient(facts)
        if isinstance(to, ToUser | ToNobody):
            return ()
        return (AssignField(occasion.form, occasion.record, self.field, to, occasion.reason),)


class AssignType(ActionType):
    """`assign: {field: assignee, role: clerk, pick: least_busy}`."""

    name = "assign"
    label = LocaleText(
        (("en", "Assign"), ("zh", "指派"), ("es", "Asignar"), ("ar", "إسناد"))
    )  # fmt: skip
    icon = "user"
    group = "record"
    schema = with_target_field(assignee_schema())
    example = {"assign": {"field": "assignee", "role": "clerk", "pick": "least_busy"}}

    def parse(self, data: Any, spot: Spot) -> Action | None:
        """`field` is the field to fill; what else is written says who."""
        name = str(data.get(TARGET, ""))
        here = spot.at(TARGET)
        field = here.settable(name)
        if field is not None and field.links_to != USERS:
            here.problem(
                "R014",
                f"field {name!r} cannot hold a person",
                "Name a field of type 'user'.",
            )
            field = None
        who = spot.assignee({key: value for key, value in data.items() if key != TARGET})
        if who is not None and who.is_group:
            spot.problem(
                "R015",
                f"field {name!r} holds one person, but this names all holders of a role",
                "Add 'pick: least_busy'.",
            )
            return None
        return Assign(field.id, who) if field is not None and who is not None else None


TYPE = AssignType()
