"""One option out of a tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engines import kinds
from engines.expression.types import TreeType, Type
from engines.form import limits
from engines.form.choices import SCHEMA, OptionSet, parse_options
from engines.form.display import Display, names
from engines.form.fieldtype import FieldType, KnownForms, Place
from engines.form.problems import Refused, shown
from engines.form.reading import Reading, is_blank
from engines.kinds import Kind
from engines.values import LocaleText, Value


@dataclass(frozen=True, slots=True)
class TreeOptions:
    """The tree, and whether only its ends may be chosen."""

    options: OptionSet
    leaves_only: bool


class TreeSelectType(FieldType[TreeOptions]):
    """One id; ids are unique in the whole tree, so a branch can move without changing records."""

    name = "tree_select"
    group = "choice"
    icon = "tree"
    label = names(en="Tree select", zh="树形选择", es="Selección en árbol", ar="اختيار من شجرة")
    widget = "tree"
    schema: ClassVar[Mapping[str, Any]] = {
        "options": SCHEMA,
        "leaves_only": limits.flag("Ends only", "Only options without further options"),
    }
    needs = ("options",)
    example: ClassVar[Mapping[str, Any]] = {
        "type": "tree_select",
        "options": {
            "billing": {"title": {"en": "Billing", "zh": "账单"}, "options": {"price": "Price"}},
            "technical": {"en": "Technical", "zh": "技术"},
        },
    }

    def parse_options(self, data: Mapping[str, Any], place: Place) -> TreeOptions:
        options = parse_options(data.get("options"), place)
        return TreeOptions(options, data.get("leaves_only") is True)

    def kind(self, options: TreeOptions) -> Kind:
        return kinds.TREE

    def value_type(self, options: TreeOptions, known: KnownForms) -> Type:
        parents = {option.id: option.parent for option in options.options.options}
        return TreeType(options.options.ids, parents)

    def choices(self, options: TreeOptions) -> tuple[tuple[str, LocaleText], ...]:
        return options.options.titles()

    def read(self, raw: object, options: TreeOptions, reading: Reading) -> Value:
        return options.options.read_one(raw)

    def check(self, value: Value, options: TreeOptions) -> Iterable[Refused]:
        if value is None:
            return
        yield from options.options.check(value)
        if options.leaves_only and value in options.options.parents:
            yield Refused("not_a_leaf", value=shown(value))

    def write(self, value: Value, options: TreeOptions, display: Display) -> str:
        """`Billing / Price`."""
        titles: list[str] = []
        step = value
        while step is not None:
            titles.append(options.options.title(step, display.locale))
            option = options.options.by_id.get(step)
            step = option.parent if option else None
        return " / ".join(reversed(titles))

    def widget_data(self, options: TreeOptions, locale: str) -> dict[str, Any]:
        return {
            "options": options.options.for_widget(locale),
            "leaves_only": options.leaves_only,
        }

    def from_cell(self, cell: Any, options: TreeOptions, reading: Reading) -> Value:
        return None if is_blank(cell) else options.options.from_cell(cell)


TYPE = TreeSelectType()
