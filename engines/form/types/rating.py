"""Stars from one to a few."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engines import kinds
from engines.expression.types import NUMBER, Type
from engines.form import limits
from engines.form.amounts import to_scale
from engines.form.display import Display, names
from engines.form.fieldtype import FieldType, KnownForms, Place
from engines.form.problems import Refused
from engines.form.reading import Reading, is_blank, whole
from engines.kinds import Kind
from engines.values import Value


@dataclass(frozen=True, slots=True)
class RatingOptions:
    """The best rating."""

    max: int


class RatingType(FieldType[RatingOptions]):
    """A whole number from 1 to the best."""

    name = "rating"
    group = "choice"
    icon = "star"
    label = names(en="Rating", zh="评分", es="Valoración", ar="تقييم")
    widget = "rating"
    posts_blank = True
    schema: ClassVar[Mapping[str, Any]] = {
        "max": limits.count("Best", "The best rating: 5 stars when absent", least=2, most=10),
    }
    example: ClassVar[Mapping[str, Any]] = {"type": "rating", "max": 5}

    def parse_options(self, data: Mapping[str, Any], place: Place) -> RatingOptions:
        return RatingOptions(data.get("max") or 5)

    def kind(self, options: RatingOptions) -> Kind:
        return kinds.INTEGER

    def value_type(self, options: RatingOptions, known: KnownForms) -> Type:
        return NUMBER

    def read(self, raw: object, options: RatingOptions, reading: Reading) -> Value:
        return None if is_blank(raw) else whole(raw)

    def settle(self, value: Value, options: RatingOptions) -> Value:
        """What a rule or an expression gives, as a whole number of points."""
        return None if value is None else int(to_scale(value, 0))

    def check(self, value: Value, options: RatingOptions) -> Iterable[Refused]:
        if value is None:
            return ()
        return limits.within(value, 1, options.max, ("too_small", "too_large"), int)

    def write(self, value: Value, options: RatingOptions, display: Display) -> str:
        return "" if value is None else f"{value}/{options.max}"

    def widget_data(self, options: RatingOptions, locale: str) -> dict[str, Any]:
        return {"max": options.max, "steps": list(range(1, options.max + 1))}


TYPE = RatingType()
