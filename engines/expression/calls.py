"""Calls of registered functions: count and types of arguments, and what is prepared at publish."""

from __future__ import annotations

from collections.abc import Mapping

from engines.diagnostics import did_you_mean
from engines.expression import tree as ir
from engines.expression.functions.registry import FUNCTIONS
from engines.expression.problems import Findings
from engines.expression.scope import OpenTime
from engines.expression.signature import Function
from engines.expression.tree import Node
from engines.expression.types import JSON, MONEY, UNKNOWN, Type


def checked_call(
    name: str,
    arguments: tuple[Node, ...],
    column: int,
    findings: Findings,
    calendars: Mapping[str, OpenTime],
) -> Node:
    """The typed call; what is wrong with it is noted."""
    function = FUNCTIONS.get(name)
    if function is None:
        hint = did_you_mean(name, (*FUNCTIONS, "decide"))
        findings.note("E006", column, f"unknown function {name[:60]!r}", hint)
        return ir.Literal(None, UNKNOWN, column)
    if not function.takes_count(len(arguments)):
        given = "1 argument" if len(arguments) == 1 else f"{len(arguments)} arguments"
        message = f"{name}() is called with {given}"
        findings.note("E007", column, message, f"Write {function.usage()}.")
        return ir.Literal(None, UNKNOWN, column)
    fitting = [_fits(function, index, one, findings) for index, one in enumerate(arguments)]
    if not all(fitting):
        return ir.Literal(None, UNKNOWN, column)
    if function.takes_calendar:
        return _reckoned(function, arguments, column, findings, calendars)
    return _typed(function, arguments, column, findings)


def _reckoned(
    function: Function,
    arguments: tuple[Node, ...],
    column: int,
    findings: Findings,
    calendars: Mapping[str, OpenTime],
) -> Node:
    """A call that gets the calendar which its last argument names."""
    name = _literal(arguments[-1])
    if not isinstance(name, str):
        message = f"{function.name}() takes the id of a calendar in quotes"
        findings.note("E022", arguments[-1].column, message, f"Write {function.usage()}.")
        return ir.Literal(None, UNKNOWN, column)
    calendar = calendars.get(name)
    if calendar is None:
        hint = did_you_mean(name, calendars) or "Add it to 'calendars'."
        message = f"unknown calendar {name[:60]!r}"
        findings.note("E022", arguments[-1].column, message, hint)
        return ir.Literal(None, UNKNOWN, column)
    types = tuple(one.type for one in arguments)
    return ir.Call(function, arguments, function.result_type(types), calendar, column)


def _fits(function: Function, index: int, argument: Node, findings: Findings) -> bool:
    parameter, accepts = function.parameter_at(index)
    if accepts.takes(argument.type):
        return True
    code, hint = "E008", None
    if argument.type == MONEY:
        code, hint = "E016", "Write ….amount behind the money field."
    elif argument.type == JSON:
        hint = "Write number(…) round a value of unknown type."
    message = f"{parameter} of {function.name}() takes {accepts.words}, not a {argument.type}"
    findings.note(code, argument.column, message, hint)
    return False


def _typed(
    function: Function, arguments: tuple[Node, ...], column: int, findings: Findings
) -> Node:
    types = tuple(one.type for one in arguments)
    kind: Type = UNKNOWN
    prepared: object = None
    try:
        kind = function.result_type(types)
    except ValueError as error:
        findings.note("E008", column, f"{function.name}(): {error}")
    try:
        if function.prepare is not None and UNKNOWN not in types:
            prepared = function.prepare(types, tuple(map(_literal, arguments)))
    except ValueError as error:
        findings.note("E017", column, str(error))
    return ir.Call(function, arguments, kind, prepared, column)


def _literal(node: Node) -> object:
    return node.value if isinstance(node, ir.Literal) else None
