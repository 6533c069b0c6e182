"""Write rows as CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import IO, Any

# What a spreadsheet may calculate with, also behind blanks and in full-width forms.
_FORMULA = re.compile("^[\\s\ufeff\u200b]*[=+\\-@\t\r＝＋－＠]")


class CsvText:
    """A CSV file being written; every cell is quoted."""

    def __init__(self, target: IO[str]) -> None:
        self._writer = csv.writer(target, quoting=csv.QUOTE_ALL)

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write rows; a text that begins like a formula gets an apostrophe before it."""
        self._writer.writerows([_text(value) for value in row] for row in rows)


def harmless(text: str) -> str:
    """The text as a spreadsheet shows it and never calculates it."""
    return f"'{text}" if _FORMULA.match(text) else text


def _text(value: Any) -> str:
    if isinstance(value, str):
        return harmless(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)
