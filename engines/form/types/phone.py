"""A telephone number with its country."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from engines import kinds
from engines.expression.types import TEXT, Type
from engines.form import limits
from engines.form.choices import suggest
from engines.form.display import Display, names
from engines.form.fieldtype import FieldType, KnownForms, Place
from engines.form.problems import Refused
from engines.form.reading import Reading, is_blank, line
from engines.kinds import Kind
from engines.values import Value

LONGEST = 40


@dataclass(frozen=True, slots=True)
class PhoneOptions:
    """The country of numbers written without one; '' demands the country code."""

    country: str
    country_code: int | None


class PhoneType(FieldType[PhoneOptions]):
    """Stored as +8613812345678, so that one number is one text however it was typed."""

    name = "phone"
    group = "text"
    icon = "phone"
    label = names(en="Phone", zh="电话", es="Teléfono", ar="هاتف")
    widget = "text"
    schema: ClassVar[Mapping[str, Any]] = {
        "country": limits.text_option(
            "Country", "Two letters: the country of numbers written without a country code"
        ),
    }
    example: ClassVar[Mapping[str, Any]] = {"type": "phone", "country": "CN"}

    def parse_options(self, data: Mapping[str, Any], place: Place) -> PhoneOptions:
        country = str(data.get("country") or "")
        if not country:
            return PhoneOptions("", None)
        if country not in phonenumbers.SUPPORTED_REGIONS:
            hint = suggest(country.upper(), sorted(phonenumbers.SUPPORTED_REGIONS))
            place.add("F032", "country", f"unknown country {country!r}", hint=hint)
            return PhoneOptions("", None)
        return PhoneOptions(country, phonenumbers.country_code_for_region(country))

    def kind(self, options: PhoneOptions) -> Kind:
        return kinds.TEXT

    def value_type(self, options: PhoneOptions, known: KnownForms) -> Type:
        return TEXT

    def read(self, raw: object, options: PhoneOptions, reading: Reading) -> Value:
        if is_blank(raw):
            return None
        text = line(raw)
        if len(text) > LONGEST:
            raise Refused("not_a_phone")
        try:
            number = phonenumbers.parse(text, options.country or None)
        except NumberParseException:
            raise Refused("not_a_phone") from None
        if number.extension or not phonenumbers.is_possible_number(number):
            raise Refused("not_a_phone")
        return phonenumbers.format_number(number, PhoneNumberFormat.E164)

    def write(self, value: Value, options: PhoneOptions, display: Display) -> str:
        """The number as people of the field's country write it, others in international form."""
        if not value:
            return ""
        try:
            number = phonenumbers.parse(value, None)
        except NumberParseException:
            return str(value)
        if number.country_code == options.country_code:
            return phonenumbers.national_significant_number(number)
        return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)

    def widget_data(self, options: PhoneOptions, locale: str) -> dict[str, Any]:
        return {"input_type": "tel", "max_length": LONGEST, "direction": "ltr"}

    def from_cell(self, cell: Any, options: PhoneOptions, reading: Reading) -> Value:
        return self.read(None if cell is None else str(cell), options, reading)


TYPE = PhoneType()
