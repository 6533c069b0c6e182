"""Searches in a stored folded text: contains, starts_with, ends_with, equals_ignore_case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from runtime.store.filter_values import Column, Condition


class _Place(FunctionElement[int]):
    """Where one text stands in another, from 1; 0 for nowhere."""

    inherit_cache = True


class _Ending(FunctionElement[str]):
    """The last characters of a text."""

    inherit_cache = True


@compiles(_Place)
def _place(element: Any, compiler: Any, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)})"


@compiles(_Place, "postgresql")
def _place_postgres(element: Any, compiler: Any, **options: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **options)})"


@compiles(_Ending)
def _ending(element: Any, compiler: Any, **options: Any) -> str:
    text, count = (compiler.process(one, **options) for one in element.clauses)
    return f"substr({text}, -{count})"


@compiles(_Ending, "postgresql")
def _ending_postgres(element: Any, compiler: Any, **options: Any) -> str:
    return f"right({compiler.process(element.clauses, **options)})"


def _contains(text: Column, part: str) -> Condition:
    if not part:
        return text.is_not(None)
    return _Place(text, sa.literal(part, sa.Text())) > 0


def _starts_with(text: Column, part: str) -> Condition:
    return sa.func.substr(text, 1, len(part)) == part if part else text.is_not(None)


def _ends_with(text: Column, part: str) -> Condition:
    if not part:
        return text.is_not(None)
    return _Ending(text, sa.literal(len(part), sa.Integer())) == part


SEARCHES: Final[Mapping[str, Callable[[Column, str], Condition]]] = {
    "contains": _contains,
    "starts_with": _starts_with,
    "ends_with": _ends_with,
    "equals_ignore_case": lambda text, part: text == part,
}
