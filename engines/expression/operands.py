"""Which types may be compared, ordered and put together, and what to write where they may not."""

from __future__ import annotations

from engines.diagnostics import did_you_mean, one_of
from engines.expression.problems import Findings
from engines.expression.tree import Comparison, Items, Literal, Node
from engines.expression.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    DURATION,
    JSON,
    MONEY,
    NULL,
    NUMBER,
    TEXT,
    UNKNOWN,
    LinkType,
    ListOf,
    RecordType,
    Type,
    is_textual,
    joined,
    options_of,
)

_ORDERED = (NUMBER, TEXT, DATE, DATETIME, DURATION)


def check_comparison(
    operator: Comparison, left: Node, right: Node, column: int, findings: Findings
) -> None:
    """Note what is wrong with comparing these two."""
    if UNKNOWN in (left.type, right.type):
        return
    match operator:
        case Comparison.IN:
            _check_membership(left, right, column, findings)
        case Comparison.EQUAL:
            _check_equal(left, right, column, findings)
        case _:
            _check_order(left, right, column, findings)


def check_condition(node: Node, findings: Findings) -> None:
    """Note it when a part of and/or/not/if is no condition."""
    if node.type in (BOOLEAN, NULL, UNKNOWN):
        return
    hint = f"Write … != null, or is_empty(…), to ask whether a {node.type} is there."
    if node.type == NUMBER:
        hint = "Compare the number: … > 0."
    findings.note("E013", node.column, f"a condition is expected, this is a {node.type}", hint)


def check_option(kind: Type, node: Node, findings: Findings) -> None:
    """Note a literal text that is no option of the choice it is compared with."""
    options = options_of(kind)
    if options is None or not isinstance(node, Literal) or not isinstance(node.value, str):
        return
    if node.value not in options:
        hint = did_you_mean(node.value, options) or one_of(options)
        message = f"{node.value!r} is no option here, so this is never equal"
        findings.note("E012", node.column, message, hint)


def fits(given: Type, expected: Type) -> bool:
    """Whether a value of type `given` may stand where `expected` is asked for."""
    if given in (NULL, UNKNOWN) or expected in (JSON, UNKNOWN) or given == expected:
        return True
    if is_textual(given) and is_textual(expected):
        return True
    if isinstance(expected, LinkType):
        return given == TEXT
    if isinstance(expected, ListOf) and isinstance(given, ListOf):
        return fits(given.element, expected.element)
    return given == JSON


def _check_equal(left: Node, right: Node, column: int, findings: Findings) -> None:
    if _comparable(left.type, right.type):
        check_option(left.type, right, findings)
        check_option(right.type, left, findings)
        _check_options_meet(left.type, right.type, column, findings)
        return
    hint = _hint(left.type, right.type)
    message = f"a {left.type} is never equal to a {right.type}"
    findings.note(_code(left.type, right.type), column, message, hint)


def _check_order(left: Node, right: Node, column: int, findings: Findings) -> None:
    kinds = (_plain(left.type), _plain(right.type))
    if NULL in kinds:
        hint = "Write == null or != null."
        findings.note("E011", column, "nothing is greater or less than null", hint)
        return
    if kinds[0] == kinds[1] and kinds[0] in _ORDERED:
        return
    if kinds[0] != kinds[1]:
        message = f"a {left.type} cannot be compared with a {right.type}"
        hint = _hint(left.type, right.type)
        findings.note(_code(left.type, right.type), column, message, hint)
        return
    hint = "Compare the amounts: ….amount." if left.type == MONEY else ""
    findings.note("E011", column, f"values of type {left.type} have no order", hint)


def _check_membership(left: Node, right: Node, column: int, findings: Findings) -> None:
    if right.type == NULL:
        return
    if not isinstance(right.type, ListOf):
        hint = "Write contains(text, part)." if is_textual(right.type) else "Write a list: [ ]."
        findings.note("E010", column, f"'in' looks into a list, this is a {right.type}", hint)
        return
    if isinstance(right, Items):
        for element in right.elements:
            if element.type != UNKNOWN:
                _check_equal(left, element, element.column, findings)
        return
    if not _comparable(left.type, right.type.element):
        message = f"a {right.type} never holds a {left.type}"
        findings.note("E010", column, message, _hint(left.type, right.type.element))
        return
    check_option(right.type.element, left, findings)


def _check_options_meet(left: Type, right: Type, column: int, findings: Findings) -> None:
    ours, theirs = options_of(left), options_of(right)
    if ours is not None and theirs is not None and not set(ours) & set(theirs):
        findings.note("E012", column, "these two have no option in common, so never equal")


def _comparable(left: Type, right: Type) -> bool:
    if JSON in (left, right):
        return True
    return joined(left, right) is not None


def _plain(kind: Type) -> Type:
    return TEXT if is_textual(kind) else kind


def _code(left: Type, right: Type) -> str:
    return "E016" if MONEY in (left, right) else "E010"


def _hint(left: Type, right: Type) -> str:
    pair = (_plain(left), _plain(right))
    for kinds, hint in _HINTS:
        if all(kind in pair for kind in kinds):
            return hint
    if any(isinstance(kind, RecordType) for kind in pair):
        return "Name the field of the row that is meant."
    if any(isinstance(kind, ListOf) for kind in pair):
        return "Write has(list, element) to look into a list."
    return ""


# the first whose types are all in the pair speaks
_HINTS: tuple[tuple[tuple[Type, ...], str], ...] = (
    ((MONEY,), "Write ….amount (or ….currency) behind the money field."),
    ((DATE, DATETIME), "Write date(…) round the date and time."),
    ((DATE, TEXT), "Write date('2026-03-01') for a fixed date."),
    ((DATETIME, TEXT), "Write datetime('2026-03-01T09:00') for a fixed instant."),
    ((NUMBER, TEXT), "Write the number without quotes, or number(…) round a text."),
    ((DURATION,), "Write hours(…), days(…) or minutes(…) round a number."),
    ((JSON,), "Write number(…) round a value of unknown type."),
    ((BOOLEAN,), "Write true or false without quotes."),
)
