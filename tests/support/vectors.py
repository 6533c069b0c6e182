"""The expression vectors of tests/vectors: scope, facts and cases that all evaluators share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from engines.expression import types as t
from engines.expression.compile import Expression, compile_expression
from engines.expression.scope import Scope, TableFunction
from tests.support.calendars import a_calendar

VECTORS = Path(__file__).parent.parent / "vectors"
NOT_CASES = ("scope", "trees", "mistakes")
OFFICE = a_calendar({"mon-fri": ["09:00-18:00"]})


@dataclass(frozen=True, slots=True)
class Case:
    group: str
    expression: str
    row: str
    value: Any
    sql: bool

    def __str__(self) -> str:
        return f"{self.group}: {self.expression} [{self.row}]"


@cache
def described() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((VECTORS / "scope.json").read_text())
    return found


@cache
def cases() -> tuple[Case, ...]:
    """One case for each (expression, row) of all files."""
    found = []
    for file in sorted(VECTORS.glob("*.json")):
        if file.stem in NOT_CASES:
            continue
        for entry in json.loads(file.read_text())["cases"]:
            for row, value in entry["gives"].items():
                found.append(Case(file.stem, entry["expression"], row, value, entry["sql"]))
    return tuple(found)


@cache
def by_expression() -> tuple[tuple[str, bool, Mapping[str, Any]], ...]:
    """(expression, whether SQL takes it, value by row), of all files."""
    found: dict[tuple[str, bool], dict[str, Any]] = {}
    for case in cases():
        found.setdefault((case.expression, case.sql), {})[case.row] = case.value
    return tuple((*key, gives) for key, gives in found.items())


@cache
def mistakes() -> tuple[dict[str, Any], ...]:
    """Expressions that are refused, with code, column and words of the message."""
    return tuple(json.loads((VECTORS / "mistakes.json").read_text())["cases"])


def read_type(written: Any) -> t.Type:
    if isinstance(written, str):
        plain = {"money": t.MONEY, "json": t.JSON}
        return plain.get(written) or t.Scalar(written)
    (kind, of), *_ = written.items()
    match kind:
        case "choice":
            return t.Choice(tuple(of))
        case "tree":
            return t.TreeType(tuple(of), of)
        case "link":
            return t.LinkType(of)
        case "row":
            return t.RecordType("", {name: read_type(inner) for name, inner in of.items()})
        case _:
            return t.ListOf(read_type(of))


@cache
def form(name: str) -> t.RecordType | None:
    fields = described()["forms"].get(name)
    if fields is None:
        return None
    return t.RecordType(name, {key: read_type(one) for key, one in fields.items()})


@cache
def scope() -> Scope:
    names = {name: form(of) for name, of in described()["names"].items()}
    tables = {
        "urgency": TableFunction(
            t.Choice(("high", "low")),
            frozenset({("record", "priority")}),
            lambda facts: "high" if facts["record"].get("priority") == "high" else "low",
        ),
        "terms": TableFunction(
            t.RecordType("", {"days": t.NUMBER, "text": t.TEXT}),
            frozenset({("record", "n")}),
            lambda facts: {"days": facts["record"].get("n"), "text": "net"},
        ),
    }
    known = {key: one for key, one in names.items() if one is not None}
    return Scope(known, form, tables, {"office": OFFICE})


@cache
def facts(row: str) -> Mapping[str, Any]:
    """The facts of a row as plain values."""
    given, rows = described()["facts"], described()["rows"][row]
    old = rows["old"]
    return {
        "now": datetime.fromisoformat(given["now"]),
        "today": date.fromisoformat(given["today"]),
        "zone": given["zone"],
        "user": given["user"],
        "record": _record(rows["record"]),
        "old": None if old is None else _record(old),
    }


@cache
def compiled(expression: str) -> Expression:
    return compile_expression(expression, scope())


def _record(written: Mapping[str, Any]) -> dict[str, Any]:
    return {key: read_value(type_of_key(key), one) for key, one in written.items()}


def type_of_key(key: str) -> t.Type:
    """The type of `subject` or `customer.phone` of a ticket."""
    current: t.Type = form("ticket") or t.NULL
    for step in key.split("."):
        record = form(current.form) if isinstance(current, t.LinkType) else current
        assert isinstance(record, t.RecordType)
        current = record.fields.get(step, t.TEXT)
    return current


def read_value(kind: t.Type, written: Any) -> Any:  # noqa: PLR0911  one line a type
    """A written fact or result as a plain value of its type."""
    if written is None:
        return None
    match kind:
        case t.Scalar("number"):
            return int(written) if "." not in written else Decimal(written)
        case t.Scalar("date"):
            return date.fromisoformat(written)
        case t.Scalar("datetime"):
            return datetime.fromisoformat(written)
        case t.Scalar("duration"):
            return timedelta(microseconds=int(written))
        case t.MoneyType():
            return {"amount": Decimal(written["amount"]), "currency": written["currency"]}
        case t.ListOf():
            return [read_value(kind.element, one) for one in written]
        case t.RecordType():
            return {name: read_value(kind.fields[name], one) for name, one in written.items()}
        case _:
            return written


def read_result(written: Any, kind: t.Type) -> Any:
    """The value a case expects: numbers may be written as text, the rest carries its type."""
    match written:
        case {"date": day}:
            return date.fromisoformat(day)
        case {"datetime": moment}:
            return datetime.fromisoformat(moment)
        case {"us": length}:
            return timedelta(microseconds=int(length))
        case str() if kind in (t.NUMBER, t.JSON):
            return Decimal(written)
        case _:
            return written
