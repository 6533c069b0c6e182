"""Brings the data of a text to the current format. Checks nothing else about it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from engines.diagnostics import Problems
from engines.errors import BugError
from engines.registry import leaves_of
from engines.source.nodes import Data
from engines.upgrades.step import Step

CURRENT_FORMAT = 1


def upgrade(data: Data, problems: Problems, *, current: int = CURRENT_FORMAT) -> Data:
    """`data` in the current format; as it was where its format is missing or unknown.

    A file of the current format is returned untouched. Where this adds a problem, reading on would
    only repeat it.
    """
    return run_steps(data, problems, _steps(), current=current)


def run_steps(data: Data, problems: Problems, steps: Iterable[Step], *, current: int) -> Data:
    """`upgrade` with the steps given."""
    if not isinstance(data, dict):
        return data  # the schema says that an app is a map
    number = _format_of(data, problems, current)
    if number is None:
        return data
    step_by_format = {step.from_format: step for step in steps}
    while number < current:
        if number not in step_by_format:
            raise BugError(f"no step leads from format {number}")
        upgraded = step_by_format[number].upgraded(data)
        number += 1
        data = {**upgraded, "format": str(number)}
    return data


def _format_of(data: dict[str, Data], problems: Problems, current: int) -> int | None:
    if "format" not in data:
        problems.add(
            "D020",
            (),
            "the key 'format' is missing",
            hint=f"Begin the file with 'format: {current}'.",
        )
        return None
    written = data["format"]
    is_number = isinstance(written, str) and written.isascii() and written.isdigit()
    number = int(str(written)) if is_number and len(str(written)) < 10 else 0
    if number < 1:
        problems.add("D021", ("format",), f"{written!r} is not a format", hint=f"Write {current}.")
        return None
    if number > current:
        problems.add(
            "D022",
            ("format",),
            f"format {number} is newer than this program, which reads up to {current}",
            hint=f"Write {current}, or update the program.",
        )
        return None
    return number


@cache
def _steps() -> tuple[Step, ...]:
    return tuple(leaves_of("engines.upgrades.steps", Step).values())  # type: ignore[type-abstract]
