"""The filters and tests of templates, each bounded; and those the vetting puts in by itself."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import wraps
from typing import Any, Final

from jinja2 import Undefined
from markupsafe import Markup, escape

from engines.expression.sameness import same
from engines.template.limits import MAX_OUTPUT, MAX_ROWS, bounded, charge
from engines.template.problems import RenderError
from engines.template.shown import as_text, in_zone, length, local_time, plain_number


def upper(value: Any) -> str:
    """In capital letters."""
    return as_text(value).upper()


def lower(value: Any) -> str:
    """In small letters."""
    return as_text(value).lower()


def title(value: Any) -> str:
    """Every word with a capital letter."""
    return as_text(value).title()


def trim(value: Any) -> str:
    """Without white space at both ends."""
    return as_text(value).strip()


def default(value: Any, instead: Any = "") -> Any:
    """The value, or `instead` when there is nothing: null, an empty text, an empty list."""
    is_nothing = isinstance(value, Undefined) or value is None or value in ("", [], ())
    return instead if is_nothing else value


def count(value: Any) -> int:
    """How many characters or elements."""
    return len(value) if isinstance(value, str | list | tuple) else 0


def truncate(value: Any, characters: Any = 80) -> str:
    """The first characters, with … where something was cut."""
    text, wanted = as_text(value), _whole(characters, 1, 5_000)
    return text if len(text) <= wanted else text[: wanted - 1] + "…"


def replace(value: Any, part: Any, by: Any) -> str:
    """With every `part` replaced."""
    text, old, new = as_text(value), as_text(part), as_text(by)
    if not old:
        return text
    if len(text) + text.count(old) * len(new) > MAX_OUTPUT:
        raise RenderError("replace makes a text that is too long")
    return text.replace(old, new)


def join(value: Any, separator: Any = ", ") -> str:
    """The elements of a list with a separator between them."""
    parts = [as_text(one) for one in _rows(value)]
    return as_text(separator).join(parts)


def number(value: Any, places: Any = None) -> str:
    """`1,234.50`: thousands by commas, so many digits after the point."""
    if not _is_number(value):
        return ""
    digits = plain_number(value, None if places is None else _whole(places, 0, 10))
    whole, point, rest = digits.partition(".")
    return f"{int(whole):,}{point}{rest}" if whole != "-0" else digits


def money(value: Any, places: Any = 2) -> str:
    """`1,234.50 CNY` of a money field, `1,234.50` of a number."""
    match value:
        case {"amount": amount, "currency": currency}:
            return f"{number(amount, places)} {as_text(currency)}".strip()
        case _:
            return number(value, places)


def day(value: Any) -> str:
    """`2026-03-02`, of an instant in the reader's zone."""
    if isinstance(value, datetime):
        return in_zone(value).date().isoformat()
    return value.isoformat() if isinstance(value, date) else ""


def moment(value: Any) -> str:
    """`2026-03-02 15:00` in the reader's zone."""
    return local_time(value) if isinstance(value, datetime) else day(value)


def duration(value: Any) -> str:
    """`1d 4h 30m`."""
    return length(value) if isinstance(value, timedelta) else ""


def first(value: Any) -> Any:
    """The first element or character."""
    return value[0] if isinstance(value, str | list | tuple) and value else ""


def last(value: Any) -> Any:
    """The last element or character."""
    return value[-1] if isinstance(value, str | list | tuple) and value else ""


def nl2br(value: Any) -> Markup:
    """Lines kept as lines in HTML."""
    return Markup("<br>").join(escape(line) for line in as_text(value).splitlines())


def escaped(value: Any) -> Markup:
    """As text inside HTML; templates of messages in HTML do it by themselves."""
    return escape(as_text(value))


def compare(value: Any, sign: str, other: Any) -> bool:
    """A comparison with the rules of expressions: null is equal to null, less than nothing."""
    left, right = _known(value), _known(other)
    match sign:
        case "eq":
            return same(left, right)
        case "ne":
            return not same(left, right)
        case "in" | "notin":
            return (sign == "in") is any(same(left, one) for one in _rows(right))
        case _:
            return _is_comparable(left, right) and bool(_ORDERS[sign](left, right))


def _rows(value: Any) -> list[Any]:
    """What a loop runs over: the rows of a list, no text and no map."""
    rows = list(value[:MAX_ROWS]) if isinstance(value, list | tuple) else []
    charge(len(rows))
    return rows


def _ticked(run: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(run)
    def ticked(*arguments: Any) -> Any:
        charge()
        made = run(*[_known(one) for one in arguments])
        return bounded(made) if isinstance(made, str) else made

    return ticked


def _known(value: Any) -> Any:
    return None if isinstance(value, Undefined) else value


def _whole(value: Any, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        return most
    return max(least, min(most, value))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal | float) and not isinstance(value, bool)


def _is_comparable(left: Any, right: Any) -> bool:
    if _is_number(left) and _is_number(right):
        return True
    return type(left) is type(right) and isinstance(left, str | date | timedelta)


_ORDERS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
}

FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "upper": upper, "lower": lower, "title": title, "trim": trim, "default": default,
    "length": count, "truncate": truncate, "replace": replace, "join": join, "number": number,
    "money": money, "date": day, "datetime": moment, "duration": duration, "first": first,
    "last": last, "nl2br": nl2br, "e": escaped,
}  # fmt: skip
TESTS: Final = frozenset({"defined", "undefined", "none", "number", "string", "true", "false"})
ROWS: Final = "_rows"  # put round what a loop runs over; no author can write these names
COMPARE: Final = "_compare"


def installed() -> dict[str, Callable[..., Any]]:
    """All filters as the environment has them, each counted."""
    return {name: _ticked(run) for name, run in {**FILTERS, COMPARE: compare}.items()} | {
        ROWS: _rows
    }


def filter_reference() -> str:
    """The reference of all filters as markdown."""
    rows = [
        f"| `{name}` | {(run.__doc__ or '').splitlines()[0]} |" for name, run in FILTERS.items()
    ]
    return "\n".join(
        ["# Filters of templates", "", "| filter | meaning |", "|---|---|", *rows, ""]
    )
