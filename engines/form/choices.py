"""Options of choices: reading them from a definition, finding and naming them.

Shared by the controls that choose; a retired option stays readable on old records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engines.diagnostics import did_you_mean, one_of
from engines.form.fieldtype import Place
from engines.form.problems import Refused, shown
from engines.form.reading import is_blank
from engines.values import LocaleText, locale_text

_OPTION_KEYS = frozenset({"title", "color", "retired", "options"})

COLORS = ("grey", "info", "success", "warning", "danger")

_TITLE: Mapping[str, Any] = {
    "type": ["string", "object"],
    "additionalProperties": {"type": "string"},
}

# Stands in the whole schema as `$defs/form_options`, because trees of options contain themselves.
DEFINITION = "form_options"
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "title": "Options",
    "description": "By id, in order: a title, or {title, color, retired}.",
    "propertyNames": {"pattern": "^[a-z0-9][a-z0-9_]{0,47}$"},
    "additionalProperties": {
        "type": ["string", "object", "null"],
        "properties": {
            "title": _TITLE,
            "color": {"enum": list(COLORS)},
            "retired": {"type": "boolean"},
            "options": {"$ref": f"#/$defs/{DEFINITION}"},
        },
        "additionalProperties": {"type": "string"},
    },
}


@dataclass(frozen=True, slots=True)
class Option:
    """One option; `parent` is the option above it in a tree."""

    id: str
    title: LocaleText
    color: str = ""
    is_retired: bool = False
    parent: str | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class OptionSet:
    """All options of a field, in order; in a tree a parent stands before its children."""

    options: tuple[Option, ...]
    by_id: Mapping[str, Option] = field(compare=False)
    parents: frozenset[str] = frozenset()

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids in order, retired ones included."""
        return tuple(self.by_id)

    def titles(self) -> tuple[tuple[str, LocaleText], ...]:
        """Ids with titles, in order."""
        return tuple((option.id, option.title) for option in self.options)

    def title(self, option_id: str, locale: str) -> str:
        """The title of an option; its id where a definition no longer has it."""
        option = self.by_id.get(option_id)
        return option.title.in_locale(locale) if option else option_id

    def read(self, raw: object) -> str:
        """The option that an answer names by id."""
        if not isinstance(raw, str) or raw not in self.by_id:
            raise Refused("unknown_option", value=shown(raw))
        return raw

    def read_one(self, raw: object) -> str | None:
        """The option that an answer names by id; none for a blank one."""
        if isinstance(raw, str) and raw in self.by_id:
            return raw
        return None if is_blank(raw) else self.read(raw)

    def from_cell(self, cell: object) -> str:
        """The option a table cell names, by id or by its title in any language."""
        text = str(cell).strip()
        if text in self.by_id:
            return text
        for option in self.options:
            if any(text == title for _, title in option.title.by_locale):
                return option.id
        raise Refused("unknown_option", value=shown(text))

    def check(self, option_id: str) -> tuple[Refused, ...]:
        """Whether the option may still be chosen."""
        option = self.by_id.get(option_id)
        if option is None:
            return (Refused("unknown_option", value=shown(option_id)),)
        return (Refused("retired_option", value=shown(option_id)),) if option.is_retired else ()

    def for_widget(self, locale: str) -> list[dict[str, Any]]:
        """Plain data for a template, retired options included and marked."""
        return [
            {
                "id": option.id,
                "title": option.title.in_locale(locale),
                "color": option.color,
                "retired": option.is_retired,
                "parent": option.parent,
                "depth": option.depth,
                "leaf": option.id not in self.parents,
            }
            for option in self.options
        ]


def parse_options(data: object, place: Place) -> OptionSet:
    """The options under `options:`, one level or a tree; reports F021, F022."""
    found = list(_walk(data, place, ("options",), None)) if isinstance(data, Mapping) else []
    by_id: dict[str, Option] = {}
    for option, where in found:
        if option.id in by_id:
            place.problems.add(
                "F022",
                where,
                f"option {option.id!r} stands twice in the tree",
                hint="Give every option of a tree its own id.",
            )
        by_id.setdefault(option.id, option)
    if not by_id:
        place.add("F021", "options", "a choice without options", hint="Write at least one option.")
    parents = frozenset(option.parent for option, _ in found if option.parent)
    return OptionSet(tuple(by_id.values()), by_id, parents)


def suggest(word: str, choices: Iterable[str]) -> str:
    """A hint that names the nearest choice, or else all of them."""
    known = list(choices)
    return did_you_mean(word, known) or (one_of(known) if known else "")


def _walk(
    data: Mapping[str, Any], place: Place, path: tuple[str, ...], parent: str | None
) -> Iterator[tuple[Option, tuple[str | int, ...]]]:
    for option_id, written in data.items():
        here = (*path, option_id)
        yield _option(option_id, written, place, parent, len(path) // 2), (*place.path, *here)
        below = written.get("options") if isinstance(written, Mapping) else None
        if isinstance(below, Mapping) and len(path) < 24:
            yield from _walk(below, place, (*here, "options"), option_id)


def _option(
    option_id: str, written: object, place: Place, parent: str | None, depth: int
) -> Option:
    spoken = option_id.replace("_", " ").capitalize()
    if not isinstance(written, Mapping):
        return Option(option_id, locale_text(written, spoken), parent=parent, depth=depth)
    is_map = any(key in _OPTION_KEYS for key in written)
    title = written.get("title") if is_map else written
    return Option(
        option_id,
        locale_text(title, spoken, place.locales),
        color=str(written.get("color") or "") if is_map else "",
        is_retired=is_map and written.get("retired") is True,
        parent=parent,
        depth=depth,
    )
