"""Take a condition apart into what an index can look up and what must be evaluated."""

from __future__ import annotations

from collections.abc import Iterator

from engines.expression.compile import Expression
from engines.expression.tree import Compare, Comparison, Items, Literal, Logic, Node, Not, Path
from engines.expression.types import BOOLEAN, NUMBER, Choice, LinkType, Scalar, TreeType
from engines.rules.index import Between, Constraint, NoneOf, OneOf

Found = tuple[Path, Constraint]

_ORDER = {
    Comparison.LESS: (False, False),  # (path is above the literal, the literal itself is in)
    Comparison.LESS_OR_EQUAL: (False, True),
    Comparison.GREATER: (True, False),
    Comparison.GREATER_OR_EQUAL: (True, True),
}


def take_apart(condition: Expression | None) -> tuple[tuple[Found, ...], bool]:
    """The constraints that must hold, and whether they are the whole condition."""
    if condition is None:
        return (), True
    parts = list(_conjuncts(condition.tree))
    found = [_constraint(part) for part in parts]
    known = tuple(one for one in found if one is not None)
    return known, len(known) == len(parts)


def _conjuncts(node: Node) -> Iterator[Node]:
    if isinstance(node, Logic) and (node.is_and or len(node.operands) == 1):
        for operand in node.operands:
            yield from _conjuncts(operand)
    else:
        yield node


def _constraint(node: Node) -> Found | None:
    match node:
        case Path(type=kind) if kind == BOOLEAN:
            return _on(node, OneOf(frozenset({True})))
        case Not():
            return _negated(_constraint(node.value))
        case Compare(operator=Comparison.IN, left=Path() as path, right=Items(elements=elements)):
            return _membership(path, elements)
        case Compare(left=Path() as path, right=Literal() as literal):
            return _comparison(path, literal, node.operator, is_turned=False)
        case Compare(left=Literal() as literal, right=Path() as path):
            return _comparison(path, literal, node.operator, is_turned=True)
        case _:
            return None


def _negated(found: Found | None) -> Found | None:
    """Not one of these; the opposite of an ordering holds for null too and is not looked up."""
    if found is None or not isinstance(found[1], OneOf):
        return None
    return found[0], NoneOf(found[1].values)


def _on(path: Path, constraint: Constraint) -> Found | None:
    """Only where equality is Python's own: not for lists, money or maps."""
    is_plain = isinstance(path.type, Scalar | Choice | TreeType | LinkType)
    if not is_plain or path.root not in ("record", "old") or path.type == Scalar("json"):
        return None
    return path, constraint


def _membership(path: Path, elements: tuple[Node, ...]) -> Found | None:
    values = [element.value for element in elements if isinstance(element, Literal)]
    return _on(path, OneOf(frozenset(values))) if len(values) == len(elements) else None


def _comparison(
    path: Path, literal: Literal, operator: Comparison, *, is_turned: bool
) -> Found | None:
    if operator is Comparison.EQUAL:
        return _on(path, OneOf(frozenset({literal.value})))
    is_number = path.type == NUMBER and literal.type == NUMBER
    if operator not in _ORDER or not is_number:
        return None
    is_above, is_in = _ORDER[operator]
    if is_above != is_turned:
        return _on(path, Between(low=literal.value, has_low=is_in))
    return _on(path, Between(high=literal.value, has_high=is_in))
