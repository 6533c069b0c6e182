"""The palettes of the designers as plain JSON: types with icons, groups and option schemas.

The types declare themselves in their own files; nothing here knows one by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Protocol

from engines.flow.catalog import node_types
from engines.form.catalog import field_types
from engines.report.catalog import chart_types
from engines.rules.catalog import action_types
from engines.schema import app_schema
from engines.values import LocaleText


class Offered(Protocol):
    """What every type of an open set says of itself."""

    @property
    def name(self) -> str:
        """The word an author writes."""
        ...

    @property
    def label(self) -> LocaleText:
        """Its name for people."""
        ...

    @property
    def icon(self) -> str:
        """The name of its icon."""
        ...

    @property
    def group(self) -> str:
        """Where the palette shows it."""
        ...

    @property
    def example(self) -> Mapping[str, Any]:
        """A definition that is right."""
        ...


@cache
def palette(locale: str) -> Mapping[str, Any]:
    """Everything a designer needs to offer and to draw property panels, in one locale.

    Do not change the answer: it is made once for each locale.
    """
    fields = [kind for kind in field_types().values() if kind.is_offered]
    return {
        "fields": [_entry(kind, locale) for kind in fields],
        "nodes": [
            _entry(kind, locale) | {"glyph": kind.glyph, "waits": kind.waits}
            for kind in node_types().values()
        ],
        "actions": _entries(action_types().values(), locale),
        "charts": _entries(chart_types().values(), locale),
        "schema": app_schema(),
    }


def _entries(kinds: Iterable[Offered], locale: str) -> list[dict[str, Any]]:
    return [_entry(kind, locale) for kind in kinds]


def _entry(kind: Offered, locale: str) -> dict[str, Any]:
    return {
        "type": kind.name,
        "label": kind.label.in_locale(locale),
        "icon": kind.icon,
        "group": kind.group,
        "example": dict(kind.example),
    }
