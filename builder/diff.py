"""What differs between two definitions, by path, and how much care each difference asks for.

Pure: data in, data out. Texts of two files are compared by their meaning, never by their lines;
how many records a change touches is the runtime's knowledge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from engines.diagnostics import Path

Data: TypeAlias = Any  # None, bool, int, Decimal, str, list or dict of these

SAFE, CAUTION, RISKY = "safe", "caution", "risky"
_ORDER = (SAFE, CAUTION, RISKY)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `reason` is a key of the designer's message catalogue."""

    path: Path
    kind: str  # added, removed, changed, moved
    before: Data
    after: Data
    risk: str
    reason: str


def compare(before: Data, after: Data) -> tuple[Change, ...]:
    """All differences, in the order of the file, a renamed field (`was:`) as one change."""
    return tuple(map(_rated, _differences(before, after, ())))


def highest_risk(changes: Sequence[Change]) -> str:
    """The class of the change that asks for the most care."""
    return max((change.risk for change in changes), key=_ORDER.index, default=SAFE)


@dataclass(frozen=True, slots=True)
class _Found:
    path: Path
    kind: str
    before: Data = None
    after: Data = None


def _differences(before: Data, after: Data, path: Path) -> Iterator[_Found]:
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _map_differences(before, after, path)
    elif before != after:
        yield _Found(path, "changed", before, after)


def _map_differences(
    before: Mapping[str, Data], after: Mapping[str, Data], path: Path
) -> Iterator[_Found]:
    renamed = _renames(before, after)
    for key, value in before.items():
        if key in after:
            yield from _differences(value, after[key], (*path, key))
        elif key not in renamed.values():
            yield _Found((*path, key), "removed", before=value)
    for key, value in after.items():
        if key in renamed:
            yield _Found((*path, key), "moved", before=renamed[key], after=key)
            inside = _differences(before[renamed[key]], value, (*path, key))
            yield from (found for found in inside if found.path[-1] != "was")
        elif key not in before:
            yield _Found((*path, key), "added", after=value)
    if _order(before, after) != _order(after, before) and _order_matters(path):
        yield _Found(path, "moved", before=list(before), after=list(after))


def _renames(before: Mapping[str, Data], after: Mapping[str, Data]) -> dict[str, str]:
    """New key -> old key of parts that say what they were."""
    found = {}
    for key, value in after.items():
        was = value.get("was") if isinstance(value, dict) else None
        if key not in before and was in before and was not in after:
            found[key] = str(was)
    return found


def _order(one: Mapping[str, Data], other: Mapping[str, Data]) -> list[str]:
    return [key for key in one if key in other]


def _order_matters(path: Path) -> bool:
    """Only where people see an order: fields, options, tabs, the rules of equal priority."""
    return bool(path) and path[-1] in {"fields", "options", "tabs", "rules", "outcomes", "views"}


def _rated(found: _Found) -> Change:
    for rule in _RATINGS if found.path else ():
        verdict = rule(found)
        if verdict is not None:
            break
    else:
        # Without a path the whole is another: nothing can be said of its parts.
        verdict = (SAFE if found.path else RISKY, f"{found.kind}_part")
    return Change(found.path, found.kind, found.before, found.after, *verdict)


_Verdict: TypeAlias = tuple[str, str] | None

_WORDS = frozenset(
    {"title", "title_plural", "help", "placeholder", "description", "label", "icon"}
)
_LOOKS = frozenset({"canvas", "theme", "menu", "layout", "width", "dashboards", "in_print"})
_STORED = frozenset({"type", "encrypted", "subject", "index", "scale", "currency"})
_DECIDES = frozenset({"when", "do", "hit", "rows", "inputs", "outputs", "priority", "stop", "on"})
_REFUSES = frozenset(
    {"required", "unique", "check", "min", "max", "min_length", "max_length", "pattern"}
)


def _of_words(found: _Found) -> _Verdict:
    if any(step in _WORDS for step in found.path[-2:]):
        return SAFE, "words"
    return None


def _of_looks(found: _Found) -> _Verdict:
    if any(step in _LOOKS for step in found.path):
        return SAFE, "looks"
    return None


def _of_people(found: _Found) -> _Verdict:
    if found.path[0] == "roles" and found.kind == "removed":
        return RISKY, "role_removed"
    if found.path[0] == "roles" or "access" in found.path or "mask" in found.path:
        return CAUTION, "who_may"
    return None


def _of_forms(found: _Found) -> _Verdict:
    if found.path[0] != "forms":
        return None
    if found.kind == "removed" and len(found.path) == 2:
        return RISKY, "form_removed"
    if found.path[-1] in _STORED and found.kind == "changed":
        return RISKY, "stored_otherwise"
    if len(found.path) < 4 or found.path[2] != "fields":
        return None
    return _of_field(found)


def _of_field(found: _Found) -> _Verdict:
    if len(found.path) == 4:
        by_kind = {
            "removed": (RISKY, "field_removed"),
            "moved": (CAUTION, "field_renamed"),
            "added": _of_new_field(found.after),
        }
        return by_kind.get(found.kind)
    if found.path[4] == "options" and found.kind == "removed":
        return CAUTION, "option_removed"
    if found.path[4] in _REFUSES and found.kind != "removed":
        return CAUTION, "refuses_more"
    return None


def _of_new_field(field: Data) -> tuple[str, str]:
    is_required = isinstance(field, dict) and field.get("required") not in {None, "false", False}
    return (CAUTION, "new_required_field") if is_required else (SAFE, "new_field")


def _of_flows(found: _Found) -> _Verdict:
    if found.path[0] != "flows":
        return None
    if found.kind == "removed" and len(found.path) == 2:
        return RISKY, "flow_removed"
    if found.kind == "added" and len(found.path) == 2:
        return CAUTION, "flow_added"
    # Running instances keep the version they began with.
    return CAUTION, "new_cases_only"


def _of_rules(found: _Found) -> _Verdict:
    if found.path[0] in {"rules", "tables", "sla", "calendars"}:
        is_deciding = len(found.path) <= 2 or any(step in _DECIDES for step in found.path)
        return (CAUTION, "decides_otherwise") if is_deciding else None
    return None


_RATINGS: tuple[Callable[[_Found], _Verdict], ...] = (
    _of_words,
    _of_people,
    _of_forms,
    _of_looks,
    _of_flows,
    _of_rules,
)
