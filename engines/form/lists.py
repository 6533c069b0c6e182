"""Answers that are lists of texts, and their way through a table cell: `red; "a; b"`."""

from __future__ import annotations

import csv
from collections.abc import Sequence

from engines.form.problems import Refused, shown
from engines.form.reading import is_blank, line

LONGEST_LIST = 1_000


def entries(raw: object) -> list[str]:
    """The entries of an answer that is a list, or one text; blank entries do not count."""
    if isinstance(raw, str):
        return [] if is_blank(raw) else [line(raw)]
    if not isinstance(raw, Sequence) or isinstance(raw, bytes):
        raise Refused("not_a_list")
    if len(raw) > LONGEST_LIST:
        raise Refused("too_many", max=LONGEST_LIST)
    return [line(entry) for entry in raw if not is_blank(entry)]


def refuse_twice(values: Sequence[str]) -> None:
    """Refuse a list that names one thing twice."""
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise Refused("twice", value=shown(value))
        seen.add(value)


def to_cell(values: Sequence[str] | None) -> str | None:
    """A list as one cell, elements parted by semicolons and quoted where they hold one."""
    if not values:
        return None
    return "; ".join(_quoted(value) for value in values)


def from_cell(cell: object) -> list[str]:
    """The list that `to_cell` wrote."""
    if is_blank(cell):
        return []
    text = str(cell)
    row = next(csv.reader([text], delimiter=";", skipinitialspace=True, strict=False), [])
    return [entry.strip() for entry in row if entry.strip()]


def _quoted(value: str) -> str:
    needs_quotes = ";" in value or '"' in value or value != value.strip()
    return '"' + value.replace('"', '""') + '"' if needs_quotes else value
