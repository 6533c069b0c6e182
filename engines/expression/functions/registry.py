"""All functions of the language by name, and their reference page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engines.expression.functions import (
    ages,
    dates,
    durations,
    lists,
    numbers,
    open_time,
    text,
)
from engines.expression.signature import Function

GROUPS: Final[Mapping[str, tuple[Function, ...]]] = {
    "Text": text.FUNCTIONS,
    "Numbers": numbers.FUNCTIONS,
    "Dates": dates.FUNCTIONS,
    "Lengths of time": ages.FUNCTIONS + durations.FUNCTIONS,
    "Open time of a calendar": open_time.FUNCTIONS,
    "Lists and absent values": lists.FUNCTIONS,
}

FUNCTIONS: Final[Mapping[str, Function]] = {
    function.name: function for group in GROUPS.values() for function in group
}


def function_reference() -> str:
    """The reference of all functions as markdown; its examples are run by the tests."""
    lines = ["# Functions", ""]
    for title, group in GROUPS.items():
        lines += [f"## {title}", "", "| function | meaning | examples |", "|---|---|---|"]
        lines += [_row(function) for function in group]
        lines.append("")
    lines += ["`decide('table')` gives the decision of a table of the same app.", ""]
    return "\n".join(lines)


def _row(function: Function) -> str:
    shown = "<br>".join(f"`{expression}` = `{value}`" for expression, value in function.examples)
    return f"| `{function.usage()}` | {function.about} | {shown} |"
