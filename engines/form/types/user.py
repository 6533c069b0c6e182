"""One person with an account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engines import kinds
from engines.expression.types import USER, Type
from engines.form import limits
from engines.form.choices import suggest
from engines.form.display import Display, names
from engines.form.fieldtype import FieldType, KnownForms, Place
from engines.form.reading import Reading
from engines.form.references import read_id
from engines.kinds import Kind
from engines.values import FormId, RoleId, Value


@dataclass(frozen=True, slots=True)
class UserOptions:
    """Whom to offer: holders of a role, or everybody."""

    role: RoleId | None


class UserType(FieldType[UserOptions]):
    """The id of an account."""

    name = "user"
    group = "people"
    icon = "user"
    label = names(en="Person", zh="人员", es="Persona", ar="شخص")
    widget = "user"
    schema: ClassVar[Mapping[str, Any]] = {
        "role": limits.text_option("Role", "Offer only people of this role"),
    }
    example: ClassVar[Mapping[str, Any]] = {"type": "user"}

    def parse_options(self, data: Mapping[str, Any], place: Place) -> UserOptions:
        role = data.get("role")
        if role is not None and role not in place.roles:
            hint = suggest(str(role), sorted(place.roles))
            place.add("F023", "role", f"unknown role {role!r}", hint=hint)
        return UserOptions(RoleId(str(role)) if role else None)

    def kind(self, options: UserOptions) -> Kind:
        return kinds.USER

    def value_type(self, options: UserOptions, known: KnownForms) -> Type:
        return USER

    def links_to(self, options: UserOptions) -> FormId:
        return FormId("user")

    def read(self, raw: object, options: UserOptions, reading: Reading) -> Value:
        return read_id(raw, "not_a_user")

    def write(self, value: Value, options: UserOptions, display: Display) -> str:
        return "" if value is None else display.names.get(value, value)

    def widget_data(self, options: UserOptions, locale: str) -> dict[str, Any]:
        return {"role": options.role}


TYPE = UserType()
