"""Text to a vetted Python syntax tree: sizes, allowed constructs, nothing about meaning.

Everything not on the list is refused, so a construct that Python gains is refused as well.
"""

from __future__ import annotations

import ast
import tokenize
import warnings
from collections.abc import Mapping
from typing import Final

from engines.expression.limits import MAX_DEPTH, MAX_NODES, MAX_SOURCE
from engines.expression.problems import ExpressionError, Findings, Problem

ALLOWED: Final = frozenset(
    {
        ast.Constant, ast.Name, ast.Attribute, ast.Load, ast.Call, ast.List, ast.Tuple,
        ast.IfExp, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.UAdd,
        ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod,
        ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn,
    }
)  # fmt: skip

_INSTEAD: Final[Mapping[type[ast.AST], tuple[str, str]]] = {
    ast.Subscript: ("[ ] after a value", "Write first(…), last(…) or has(…)."),
    ast.Slice: ("[ ] after a value", "Write left(…) or right(…)."),
    ast.JoinedStr: ("an f-text", "Write concat(…)."),
    ast.Is: ("'is'", "Write == null."),
    ast.IsNot: ("'is not'", "Write != null."),
    ast.Pow: ("'**'", "Write the multiplication out."),
    ast.NamedExpr: ("':='", "Write == to compare."),
    ast.Lambda: ("a lambda", ""),
    ast.Dict: ("a map", ""),
    ast.Set: ("a set", "Write a list: [ ]."),
    ast.ListComp: ("a comprehension", "Write sum(…), count(…) or any_of(…) over a list."),
    ast.GeneratorExp: ("a comprehension", "Write sum(…), count(…) or any_of(…) over a list."),
    ast.Starred: ("'*' before a value", ""),
    ast.keyword: ("a named argument", "Write the arguments in their order."),
    ast.BitAnd: ("'&'", "Write 'and'."),
    ast.BitOr: ("'|'", "Write 'or'."),
    ast.Invert: ("'~'", "Write 'not'."),
}


def parse_expression(text: str) -> ast.expr:
    """The vetted syntax tree; raises ExpressionError for anything outside the language."""
    findings = Findings()
    _check_text(text, findings)
    findings.raise_any()
    tree = _syntax_tree(text)
    _check_tree(tree, findings)
    findings.raise_any()
    return tree


def _check_text(text: str, findings: Findings) -> None:
    if not text.strip():
        findings.note("E001", 1, "the expression is empty")
    if len(text) > MAX_SOURCE:
        findings.note("E002", 1, f"the expression is longer than {MAX_SOURCE} characters")
    for column, sign in enumerate(text, start=1):
        if (sign < " " and sign not in "\t\n\r") or "\ud800" <= sign <= "\udfff":
            findings.note("E001", column, "the expression holds a control character")
            return


def _syntax_tree(text: str) -> ast.expr:
    # leading blanks would be an indent to Python; line ends inside would end the expression
    source = "".join(" " if sign in "\t\n\r" else sign for sign in text)
    lead = len(source) - len(source.lstrip(" "))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source[lead:], mode="eval").body
        if "#" in source:
            _refuse_comment(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError) as error:
        raise ExpressionError([_syntax_problem(error, lead)]) from None
    _count_characters(tree, source[lead:].encode(), lead)
    return tree


def _count_characters(tree: ast.expr, source: bytes, lead: int) -> None:
    """Turn Python's columns, which count bytes, into characters of the author's text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            end = node.end_col_offset or 0
            node.col_offset = len(source[: node.col_offset].decode()) + lead
            node.end_col_offset = len(source[:end].decode()) + lead


def _refuse_comment(source: str) -> None:
    # a comment would swallow the lines after it, which are one line here
    for token in tokenize.generate_tokens(iter([source.lstrip(" ")]).__next__):
        if token.type == tokenize.COMMENT:
            raise SyntaxError("a comment inside", ("", 1, token.start[1] + 1, source))


def _syntax_problem(error: Exception, lead: int) -> Problem:
    if isinstance(error, RecursionError | MemoryError):
        return Problem(1, "E002", "the expression is nested too deep")
    if not isinstance(error, SyntaxError):
        return Problem(1, "E001", "the expression cannot be read")
    reason, column = error.msg, (error.offset or 1) + lead
    if "comment" in reason:
        return Problem(column, "E001", "an expression holds no comments", "Write it in YAML.")
    if "'='" in reason or "'=='" in reason or _is_assignment(error):
        return Problem(column, "E001", "'=' assigns nothing here", "Write == to compare.")
    if "nested" in reason:
        return Problem(column, "E002", "the expression is nested too deep")
    hint = "Close what is open, and put an operator between two values."
    return Problem(column, "E001", f"the expression cannot be read near column {column}", hint)


def _is_assignment(error: SyntaxError) -> bool:
    text, place = error.text or "", (error.offset or 1) - 1
    return text[place : place + 1] == "=" and text[place : place + 2] != "=="


def _check_tree(tree: ast.expr, findings: Findings) -> None:
    todo: list[tuple[ast.AST, int, int]] = [(tree, 0, 1)]  # iterative: nothing to exhaust
    seen = 0
    while todo:
        node, depth, column = todo.pop()
        seen += 1
        if seen > MAX_NODES or depth > MAX_DEPTH:
            findings.note("E002", 1, "the expression is too large", "Split it into two fields.")
            return
        column = getattr(node, "col_offset", column - 1) + 1
        if type(node) not in ALLOWED:
            words, hint = _INSTEAD.get(type(node), ("this construct", ""))
            findings.note("E003", column, f"{words} is not part of the language", hint)
            continue
        todo += [(child, depth + 1, column) for child in ast.iter_child_nodes(node)]
