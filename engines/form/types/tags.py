"""Free words, with suggestions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from unicodedata import normalize

from engines import kinds
from engines.expression.types import TEXT, ListOf, Type
from engines.form import limits, lists
from engines.form.display import Display, manner, names
from engines.form.fieldtype import FieldType, KnownForms, Place
from engines.form.problems import Refused, shown
from engines.form.reading import Reading
from engines.kinds import Kind
from engines.values import Value

LONGEST_TAG = 50
USUAL_COUNT = 20


@dataclass(frozen=True, slots=True)
class TagsOptions:
    """Words to suggest, and how many a record may have."""

    suggestions: tuple[str, ...]
    max_items: int
    only_suggested: bool


class TagsType(FieldType[TagsOptions]):
    """A list of words; one word in two spellings of case or width is the same word."""

    name = "tags"
    group = "choice"
    icon = "tag"
    label = names(en="Tags", zh="标签", es="Etiquetas", ar="وسوم")
    widget = "tags"
    holds_many = True
    posts_blank = True
    schema: ClassVar[Mapping[str, Any]] = {
        "suggestions": {
            "type": "array",
            "items": {"type": "string", "maxLength": LONGEST_TAG},
            "title": "Suggestions",
            "description": "Words offered while typing",
        },
        "only_suggested": limits.flag("Only suggested", "Take no other words"),
        "max_items": limits.count("At most", "Most tags of a record", least=1, most=200),
    }
    example: ClassVar[Mapping[str, Any]] = {"type": "tags", "suggestions": ["vip", "price"]}

    def parse_options(self, data: Mapping[str, Any], place: Place) -> TagsOptions:
        return TagsOptions(
            tuple(str(word) for word in data.get("suggestions") or ()),
            data.get("max_items") or USUAL_COUNT,
            data.get("only_suggested") is True,
        )

    def kind(self, options: TagsOptions) -> Kind:
        return kinds.TAGS

    def value_type(self, options: TagsOptions, known: KnownForms) -> Type:
        return ListOf(TEXT)

    def read(self, raw: object, options: TagsOptions, reading: Reading) -> Value:
        """From a list, or from one text with commas, as it is typed without JavaScript."""
        if raw is None:
            return None
        typed = [word.strip() for entry in lists.entries(raw) for word in _parted(entry)]
        unique: dict[str, str] = {}
        for word in typed:
            if word:
                unique.setdefault(_folded(word), word)
        return list(unique.values()) or None

    def check(self, value: Value, options: TagsOptions) -> Iterable[Refused]:
        if value is None:
            return
        yield from limits.count_within(value, None, options.max_items)
        for word in value:
            if len(word) > LONGEST_TAG:
                yield Refused("too_long", max=LONGEST_TAG)
            if options.only_suggested and word not in options.suggestions:
                yield Refused("unknown_option", value=shown(word))

    def write(self, value: Value, options: TagsOptions, display: Display) -> str:
        return manner(display.locale).list_sign.join(value or ())

    def input_value(self, value: Value, options: TagsOptions, display: Display) -> Any:
        return list(value or ())

    def widget_data(self, options: TagsOptions, locale: str) -> dict[str, Any]:
        return {
            "suggestions": list(options.suggestions),
            "max_items": options.max_items,
            "only_suggested": options.only_suggested,
        }

    def to_json(self, value: Value, options: TagsOptions) -> Any:
        return list(value or ())

    def to_cell(self, value: Value, options: TagsOptions) -> Any:
        return lists.to_cell(value)

    def from_cell(self, cell: Any, options: TagsOptions, reading: Reading) -> Value:
        return self.read(lists.from_cell(cell), options, reading)


def _parted(entry: str) -> list[str]:
    return entry.replace("，", ",").replace("،", ",").split(",")


def _folded(word: str) -> str:
    return normalize("NFKC", word).lower()


TYPE = TagsType()
