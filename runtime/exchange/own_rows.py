"""Which record of this very file a text stands for: employees who report to one another.

Ids follow from the row, so a row further down can be named before it is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engines.values import FormId, RecordId
from runtime.exchange.columns import Columns, Lookup
from runtime.exchange.judging import Group

OwnRows = dict[Lookup, dict[str, str | None]]  # text -> id; None: several rows have it


def own_lookups(columns: Columns, form: FormId) -> dict[Lookup, int]:
    """The lookups into the form that is imported, with the place of the column they look in."""
    place = {cell.field: cell.index for cell in columns.cells}
    return {
        cell.lookup: place[cell.lookup.by]  # type: ignore[index]
        for cell in columns.cells
        if cell.lookup is not None and cell.lookup.form == form and cell.lookup.by in place
    }


def rows_by_text(
    groups: Iterable[Group], places: dict[Lookup, int], name: Callable[[int], RecordId]
) -> OwnRows:
    """The ids that the records of a file will have; a text and an id of each are held."""
    found: OwnRows = {lookup: {} for lookup in places}
    for group in groups:
        for lookup, index in places.items():
            text, known = group[0].text(index), found[lookup]
            known[text] = None if text in known else name(group[0].number)
    return found
