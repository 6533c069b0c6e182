"""Several options out of a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engines import kinds
from engines.expression.types import Choice, ListOf, Type
from engines.form import limits, lists
from engines.form.choices import SCHEMA, OptionSet, parse_options
from engines.form.display import Display, manner, names
from engines.form.fieldtype import FieldType, KnownForms, Place
from engines.form.problems import Refused
from engines.form.reading import Reading
from engines.kinds import Kind
from engines.values import LocaleText, Value


@dataclass(frozen=True, slots=True)
class MultiSelectOptions:
    """The options and how many may be chosen."""

    options: OptionSet
    min_items: int | None
    max_items: int | None


class MultiSelectType(FieldType[MultiSelectOptions]):
    """A list of ids, in the order of the definition."""

    name = "multi_select"
    group = "choice"
    icon = "checks"
    label = names(en="Multiple select", zh="多选", es="Selección múltiple", ar="اختيار متعدد")
    widget = "checks"
    holds_many = True
    posts_blank = True
    schema: ClassVar[Mapping[str, Any]] = {
        "options": SCHEMA,
        "min_items": limits.count("At least", "Fewest options to choose", most=500),
        "max_items": limits.count("At most", "Most options to choose", least=1, most=500),
    }
    needs = ("options",)
    example: ClassVar[Mapping[str, Any]] = {
        "type": "multi_select",
        "options": {"mail": {"en": "Mail", "zh": "邮件"}, "phone": {"en": "Phone", "zh": "电话"}},
        "max_items": 2,
    }

    def parse_options(self, data: Mapping[str, Any], place: Place) -> MultiSelectOptions:
        low, high = data.get("min_items"), data.get("max_items")
        limits.check_order(low, high, place, ("min_items", "max_items"))
        return MultiSelectOptions(parse_options(data.get("options"), place), low, high)

    def kind(self, options: MultiSelectOptions) -> Kind:
        return kinds.CHOICES

    def value_type(self, options: MultiSelectOptions, known: KnownForms) -> Type:
        return ListOf(Choice(options.options.ids))

    def choices(self, options: MultiSelectOptions) -> tuple[tuple[str, LocaleText], ...]:
        return options.options.titles()

    def read(self, raw: object, options: MultiSelectOptions, reading: Reading) -> Value:
        chosen = [] if raw is None else [options.options.read(one) for one in lists.entries(raw)]
        lists.refuse_twice(chosen)
        return [one for one in options.options.ids if one in chosen] or None

    def check(self, value: Value, options: MultiSelectOptions) -> Iterable[Refused]:
        if value is None:
            return
        yield from limits.count_within(value, options.min_items, options.max_items)
        for one in value:
            yield from options.options.check(one)

    def write(self, value: Value, options: MultiSelectOptions, display: Display) -> str:
        titles = [options.options.title(one, display.locale) for one in value or ()]
        return manner(display.locale).list_sign.join(titles)

    def input_value(self, value: Value, options: MultiSelectOptions, display: Display) -> Any:
        return list(value or ())

    def widget_data(self, options: MultiSelectOptions, locale: str) -> dict[str, Any]:
        return {
            "options": options.options.for_widget(locale),
            "min_items": options.min_items,
            "max_items": options.max_items,
        }

    def to_json(self, value: Value, options: MultiSelectOptions) -> Any:
        return list(value or ())

    def to_cell(self, value: Value, options: MultiSelectOptions) -> Any:
        return lists.to_cell(value)

    def from_cell(self, cell: Any, options: MultiSelectOptions, reading: Reading) -> Value:
        found = [options.options.from_cell(one) for one in lists.from_cell(cell)]
        return self.read(found, options, reading)


TYPE = MultiSelectType()
