"""Write one sheet as an XLSX file, row after row, in constant memory.

Texts are text cells and never formulas, whatever they begin with; numbers and dates are numbers
and dates. A package of its own because a general one spends most of its time on what is not used.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import chain, repeat
from types import TracebackType
from typing import IO, Any

from engines.errors import AppBuilderError

MAX_ROWS = 1_048_576
LONGEST_TEXT = 32_767
LONGEST_NUMBER = 15  # digits that Excel keeps; a longer one would come back as another number

_FIRST_DAY = date(1899, 12, 30)  # Excel's day 0, past its leap year that never was
_FIRST_INSTANT = datetime(1899, 12, 30, tzinfo=UTC)
_DAY = timedelta(days=1)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL = re.compile("[&<>]")
_DATE_STYLE, _TIME_STYLE = 1, 2
_TEXT_CELL = ('<c t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>")
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the same records give the same bytes

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def _style(number_format: int) -> str:
    return (
        f'<xf numFmtId="{number_format}" fontId="0" fillId="0" borderId="0" xfId="0" '
        'applyNumberFormat="1"/>'
    )


_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_PACKAGE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_PACKAGE}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_PACKAGE}.worksheet+xml"/>'
        "</Types>"
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}">'
        '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
        '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
        '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
        "</cellStyleXfs>"
        f'<cellXfs count="3">{_style(0)}{_style(164)}{_style(165)}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    ),
}


class TooManyRows(AppBuilderError):
    """A sheet holds no more rows."""


class Sheet:
    """An XLSX file being written; use it in a `with`."""

    def __init__(self, target: IO[bytes], title: str) -> None:
        self._archive = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        for name, text in _PARTS.items():
            self._add(name, text)
        self._add("xl/workbook.xml", _workbook(title))
        self._part = self._archive.open(_info("xl/worksheets/sheet1.xml"), "w", force_zip64=True)
        self._part.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
        self._rows = 0

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write rows of None, bool, int, Decimal, str, date and datetime. Raises TooManyRows."""
        given = list(rows)
        self._rows += len(given)
        if self._rows > MAX_ROWS:
            raise TooManyRows(f"A sheet holds {MAX_ROWS} rows. Export as CSV.")
        self._part.write(_xml(given).encode())

    def __enter__(self) -> Sheet:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._part.write(b"</sheetData></worksheet>")
        self._part.close()
        self._archive.close()

    def _add(self, name: str, text: str) -> None:
        self._archive.writestr(_info(name), _HEAD + text)


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _FIXED_TIME)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _workbook(title: str) -> str:
    name = _escaped(re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "Records").replace('"', "&quot;")
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name="{name}" sheetId="1" r:id="r1"/></sheets></workbook>'
    )


def _xml(rows: Sequence[Sequence[Any]]) -> str:
    """The rows, made a column at a time where all are of one width."""
    if len(set(map(len, rows))) != 1 or not rows[0]:
        return "".join([f"<row>{''.join(map(_cell, row))}</row>" for row in rows])
    parts: list[Iterable[str]] = []
    between = "<row>"
    for column in zip(*rows, strict=True):
        opened, texts, closed = _column(column)
        parts += [repeat(f"{between}{opened}"), texts]
        between = closed
    parts.append(repeat(f"{between}</row>"))
    return "".join(chain.from_iterable(zip(*parts, strict=False)))


def _column(values: Sequence[Any]) -> tuple[str, Iterable[str], str]:
    """What stands before each value of a column, the values' texts, what stands behind each."""
    kinds = set(map(type, values))
    if kinds == {str}:
        together = "".join(values)
        are_plain = together.isprintable() and not _SPECIAL.search(together)
        is_as_it_is = are_plain and max(map(len, values)) <= LONGEST_TEXT
        return _TEXT_CELL[0], values if is_as_it_is else map(_escaped, values), _TEXT_CELL[1]
    if kinds <= {int, Decimal}:
        texts = [f"{value:f}" if type(value) is Decimal else str(value) for value in values]
        if max(map(len, texts)) <= LONGEST_NUMBER:
            return "<c><v>", texts, "</v></c>"
    return "", map(_cell, values), ""


def _cell(value: Any) -> str:  # noqa: PLR0911  one line a type
    if value is None:
        return "<c/>"
    if isinstance(value, str):
        return f"{_TEXT_CELL[0]}{_escaped(value)}{_TEXT_CELL[1]}"
    if isinstance(value, bool):
        return f'<c t="b"><v>{value:d}</v></c>'
    if isinstance(value, int | Decimal):
        text = f"{value:f}" if isinstance(value, Decimal) else str(value)
        return f"<c><v>{text}</v></c>" if len(text) <= LONGEST_NUMBER else _cell(text)
    if isinstance(value, datetime):
        days = (value.replace(tzinfo=UTC) - _FIRST_INSTANT) / _DAY
        return f'<c s="{_TIME_STYLE}"><v>{days:.10f}</v></c>'
    if isinstance(value, date):
        return f'<c s="{_DATE_STYLE}"><v>{(value - _FIRST_DAY).days}</v></c>'
    return _cell(str(value))


def _escaped(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        text = text[: LONGEST_TEXT - 1] + "…"
    if not text.isprintable():
        text = _NOT_XML.sub("", text)
    if _SPECIAL.search(text):
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text
