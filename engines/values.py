"""Identifiers, plain values and localized text: the nouns every engine shares."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NewType, TypeAlias

AppId = NewType("AppId", str)
FormId = NewType("FormId", str)
FieldId = NewType("FieldId", str)
FlowId = NewType("FlowId", str)
NodeId = NewType("NodeId", str)
RuleId = NewType("RuleId", str)
TableId = NewType("TableId", str)
ReportId = NewType("ReportId", str)
DashboardId = NewType("DashboardId", str)
RoleId = NewType("RoleId", str)
DepartmentId = NewType("DepartmentId", str)
RecordId = NewType("RecordId", str)
UserId = NewType("UserId", str)
InstanceId = NewType("InstanceId", str)
TaskId = NewType("TaskId", str)
FileId = NewType("FileId", str)

# A value an engine may see: None, bool, int, Decimal, str, date, datetime (aware, UTC), timedelta,
# a list or a str-keyed dict of these. Never a float, never an object with behaviour.
Value: TypeAlias = Any
Values: TypeAlias = Mapping[str, Value]

# The facts an expression reads, by root: {"record": {"status": "new", "buyer.phone": "139…"},
# "old": None, "user": {"id": "…", "roles": ["clerk"]}, "now": datetime(…), "today": date(…)}
Facts: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ValueBlock:
    """The values of many records of one form, a column at a time.

    # ids ["…01", "…02"], columns {"status": ["new", "done"], "price": [Decimal("9.90"), None]}
    """

    form: FormId
    ids: Sequence[RecordId]
    columns: Mapping[str, Sequence[Value]]

    def rows(self) -> list[dict[str, Value]]:
        """The values of each record, in order."""
        names = tuple(self.columns)
        if not names:
            return [{} for _ in self.ids]
        cells = zip(*self.columns.values(), strict=True)
        return [dict(zip(names, row, strict=True)) for row in cells]

    def without(self, places: Collection[int]) -> ValueBlock:
        """The other records."""
        kept = [at for at in range(len(self.ids)) if at not in places]
        columns = {name: [column[at] for at in kept] for name, column in self.columns.items()}
        return ValueBlock(self.form, [self.ids[at] for at in kept], columns)


PLAIN_SCALARS = (type(None), bool, int, Decimal, str, date, datetime, timedelta)


@dataclass(frozen=True, slots=True)
class LocaleText:
    """A text in one or several locales, the app's first locale first.

    A text written once for all locales stands under the empty locale.
    """

    by_locale: tuple[tuple[str, str], ...]

    def in_locale(self, locale: str) -> str:
        """The text for `locale`, else for its language, else the first one written."""
        texts = dict(self.by_locale)
        language = locale.split("-", 1)[0]
        for candidate in (locale, language, ""):
            if candidate in texts:
                return texts[candidate]
        return self.by_locale[0][1] if self.by_locale else ""

    def __bool__(self) -> bool:
        return any(text for _, text in self.by_locale)


def locale_text(data: object, fallback: str = "", locales: Sequence[str] = ()) -> LocaleText:
    """Text from its written form: a str for all locales, a map by locale, or absent.

    `locales` puts the app's own order (first = fallback) before the author's.
    """
    if isinstance(data, Mapping):
        order = [*[one for one in locales if one in data], *[k for k in data if k not in locales]]
        return LocaleText(tuple((locale, str(data[locale] or "")) for locale in order))
    return LocaleText((("", str(data) if data is not None else fallback),))
