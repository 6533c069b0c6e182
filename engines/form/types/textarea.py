"""Text of several lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from engines import kinds
from engines.expression.types import TEXT, Type
from engines.form import limits
from engines.form.display import Display, names
from engines.form.fieldtype import FieldType, KnownForms, Place
from engines.form.problems import Refused
from engines.form.reading import LONGEST_TEXT, Reading, are_plain, is_blank, lines
from engines.kinds import Kind
from engines.values import Value

USUAL_LENGTH = 10_000


@dataclass(frozen=True, slots=True)
class TextareaOptions:
    """Limits of the text and the height of its box."""

    min_length: int | None
    max_length: int
    rows: int


class TextareaType(FieldType[TextareaOptions]):
    """Lines as given, ended by single line feeds."""

    name = "textarea"
    group = "text"
    icon = "paragraph"
    label = names(en="Long text", zh="多行文本", es="Texto largo", ar="نص طويل")
    widget = "textarea"
    schema: ClassVar[Mapping[str, Any]] = {
        "min_length": limits.count("Minimum length", "Fewest characters", most=LONGEST_TEXT),
        "max_length": limits.count(
            "Maximum length", "Most characters", least=1, most=LONGEST_TEXT
        ),
        "rows": limits.count("Rows", "Height of the box in lines", least=2, most=40),
    }
    example: ClassVar[Mapping[str, Any]] = {"type": "textarea", "rows": 6}

    def parse_options(self, data: Mapping[str, Any], place: Place) -> TextareaOptions:
        low, high = data.get("min_length"), data.get("max_length")
        limits.check_order(low, high, place, ("min_length", "max_length"))
        return TextareaOptions(low, high or USUAL_LENGTH, data.get("rows") or 4)

    def kind(self, options: TextareaOptions) -> Kind:
        return kinds.LONG_TEXT

    def value_type(self, options: TextareaOptions, known: KnownForms) -> Type:
        return TEXT

    def read(self, raw: object, options: TextareaOptions, reading: Reading) -> Value:
        return None if is_blank(raw) else lines(raw)

    def read_plain(
        self, texts: Sequence[str], options: TextareaOptions, reading: Reading
    ) -> list[Value] | None:
        fits = limits.all_within(texts, options.min_length, options.max_length)
        return list(texts) if fits and are_plain(texts) else None

    def check(self, value: Value, options: TextareaOptions) -> Iterable[Refused]:
        if value is None:
            return ()
        return limits.length_within(value, options.min_length, options.max_length)

    def write(self, value: Value, options: TextareaOptions, display: Display) -> str:
        return value or ""

    def widget_data(self, options: TextareaOptions, locale: str) -> dict[str, Any]:
        return {
            "rows": options.rows,
            "min_length": options.min_length,
            "max_length": options.max_length,
        }

    def from_cell(self, cell: Any, options: TextareaOptions, reading: Reading) -> Value:
        return self.read(None if cell is None else str(cell), options, reading)


TYPE = TextareaType()
