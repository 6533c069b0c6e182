"""One line of text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from engines import kinds
from engines.expression.patterns import Pattern
from engines.expression.types import TEXT, Type
from engines.form import limits
from engines.form.display import Display, names
from engines.form.fieldtype import FieldType, KnownForms, Place
from engines.form.problems import Refused
from engines.form.reading import Reading, are_plain, is_blank, line
from engines.kinds import Kind
from engines.values import Value

LONGEST = 500


@dataclass(frozen=True, slots=True)
class TextOptions:
    """Limits of a line."""

    min_length: int | None
    max_length: int
    pattern: Pattern | None


class TextType(FieldType[TextOptions]):
    """One line, kept as given, compared without case and width where asked."""

    name = "text"
    group = "text"
    icon = "text"
    label = names(en="Text", zh="单行文本", es="Texto", ar="نص")
    widget = "text"
    schema: ClassVar[Mapping[str, Any]] = {
        "min_length": limits.count("Minimum length", "Fewest characters", most=LONGEST),
        "max_length": limits.count("Maximum length", "Most characters", least=1, most=LONGEST),
        "pattern": limits.text_option("Pattern", "The whole text must match it (RE2 syntax)"),
    }
    example: ClassVar[Mapping[str, Any]] = {"type": "text", "max_length": 200}

    def parse_options(self, data: Mapping[str, Any], place: Place) -> TextOptions:
        low, high = data.get("min_length"), data.get("max_length")
        limits.check_order(low, high, place, ("min_length", "max_length"))
        pattern = limits.pattern_of(data, place)
        return TextOptions(low, high or LONGEST, pattern)

    def kind(self, options: TextOptions) -> Kind:
        return kinds.TEXT

    def value_type(self, options: TextOptions, known: KnownForms) -> Type:
        return TEXT

    def read(self, raw: object, options: TextOptions, reading: Reading) -> Value:
        return None if is_blank(raw) else line(raw)

    def read_plain(
        self, texts: Sequence[str], options: TextOptions, reading: Reading
    ) -> list[Value] | None:
        is_fitting = (
            limits.all_within(texts, options.min_length, options.max_length)
            and are_plain(texts)
            and (options.pattern is None or options.pattern.match_all(set(texts)))
        )
        return list(texts) if is_fitting else None

    def check(self, value: Value, options: TextOptions) -> Iterable[Refused]:
        if value is None:
            return ()
        found = limits.length_within(value, options.min_length, options.max_length)
        if options.pattern is not None and not options.pattern.matches(value):
            return [*found, Refused("pattern_mismatch")]
        return found

    def write(self, value: Value, options: TextOptions, display: Display) -> str:
        return value or ""

    def widget_data(self, options: TextOptions, locale: str) -> dict[str, Any]:
        return {
            "input_type": "text",
            "min_length": options.min_length,
            "max_length": options.max_length,
            "pattern": options.pattern.browser if options.pattern else "",
        }

    def from_cell(self, cell: Any, options: TextOptions, reading: Reading) -> Value:
        return self.read(None if cell is None else str(cell), options, reading)


TYPE = TextType()
