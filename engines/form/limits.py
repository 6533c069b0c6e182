"""Limits that several controls share: their JSON Schemas, their parsing, their checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from engines.expression.patterns import Pattern, compile_pattern
from engines.form.fieldtype import Place
from engines.form.problems import Refused, shown
from engines.values import Value

Limit = TypeVar("Limit")


def count(title: str, description: str, *, least: int = 0, most: int = 100_000) -> dict[str, Any]:
    """The schema of an option that counts something."""
    return {
        "type": "integer",
        "minimum": least,
        "maximum": most,
        "title": title,
        "description": description,
    }


def text_option(title: str, description: str) -> dict[str, Any]:
    """The schema of an option that is one text."""
    return {"type": "string", "title": title, "description": description}


def flag(title: str, description: str) -> dict[str, Any]:
    """The schema of an option that is true or false."""
    return {"type": "boolean", "title": title, "description": description}


def limit_of(
    data: Mapping[str, Any], key: str, place: Place, read: Callable[[object], Limit]
) -> Limit | None:
    """One limit as a value of the control; reports F033 when it is none."""
    written = data.get(key)
    if written is None:
        return None
    try:
        return read(written)
    except (Refused, ValueError) as error:
        why = error.sentence() if isinstance(error, Refused) else str(error)
        place.add("F033", key, f"{shown(written)!r} is no limit of this field: {why}")
        return None


def check_order(low: Any, high: Any, place: Place, keys: tuple[str, str] = ("min", "max")) -> None:
    """Report F018 when no value can be within the limits."""
    if low is not None and high is not None and low > high:
        place.add(
            "F018",
            keys[0],
            f"{keys[0]} {low} is above {keys[1]} {high}, so no answer is ever right",
            hint=f"Swap {keys[0]} and {keys[1]}.",
        )


def pattern_of(data: Mapping[str, Any], place: Place) -> Pattern | None:
    """The compiled pattern under `pattern:`, or None; reports F019."""
    written = data.get("pattern")
    if written is None:
        return None
    try:
        return compile_pattern(str(written))
    except ValueError as error:
        hint = "Write what server and browser both read: no look-around, no back-references."
        place.add("F019", "pattern", f"{shown(written)!r} is no pattern: {error}", hint=hint)
        return None


def within(
    value: Any, low: Any, high: Any, codes: tuple[str, str], write: Any
) -> Sequence[Refused]:
    """What is wrong with a value that should lie between two limits, both included."""
    found: list[Refused] = []
    if low is not None and value < low:
        found.append(Refused(codes[0], min=write(low)))
    if high is not None and value > high:
        found.append(Refused(codes[1], max=write(high)))
    return found


def length_within(text: str, low: int | None, high: int | None) -> Sequence[Refused]:
    """What is wrong with the length of a text, in characters."""
    if (low is None or low <= len(text)) and (high is None or len(text) <= high):
        return ()
    return within(len(text), low, high, ("too_short", "too_long"), int)


def all_within(texts: Sequence[str], low: int | None, high: int) -> bool:
    """Whether `length_within` finds nothing wrong with any of these."""
    lengths = list(map(len, texts))
    return not lengths or (max(lengths) <= high and (low is None or min(lengths) >= low))


def count_within(values: list[Value], low: int | None, high: int | None) -> Sequence[Refused]:
    """What is wrong with the number of elements of a list."""
    return within(len(values), low, high, ("too_few", "too_many"), int)
