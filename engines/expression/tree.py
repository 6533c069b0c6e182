"""The vetted tree of an expression: a closed set of nodes, every one typed.

Only `check.py` makes these; the compiled code, the SQL filter and the browser's JSON are made of
nothing else. `column` is where the part stands in the source, for messages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias, assert_never

from engines.expression.types import Type
from engines.values import Value

if TYPE_CHECKING:
    from engines.expression.scope import TableFunction
    from engines.expression.signature import Function


class Operator(StrEnum):
    """Arithmetic, between numbers, texts (+ only), dates and durations."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"
    FLOOR_DIVIDE = "//"
    MODULO = "%"


class Comparison(StrEnum):
    """Comparisons; `!=` and `not in` are Not(EQUAL) and Not(IN)."""

    EQUAL = "=="
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    IN = "in"


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant of the source."""

    value: Value
    type: Type
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Path:
    """A fact: `record.buyer.phone` is Path("record", "buyer.phone"), `now` has no key."""

    root: str
    key: str
    type: Type
    column: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.root}.{self.key}" if self.key else self.root


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a value that is a map: the amount of money, an output of a table."""

    value: Node
    name: str
    type: Type
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Pluck:
    """One column of the rows of a sub-table, as a list."""

    rows: Node
    name: str
    type: Type
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Items:
    """A list written out."""

    elements: tuple[Node, ...]
    type: Type
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two operands and a sign; null when one of them is."""

    operator: Operator
    left: Node
    right: Node
    type: Type
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Negative:
    """A number or duration with its sign turned."""

    value: Node
    type: Type
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison: true or false, never null."""

    operator: Comparison
    left: Node
    right: Node
    type: Type
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Logic:
    """`and` / `or` over conditions; null counts as false. One operand alone makes a condition."""

    operands: tuple[Node, ...]
    type: Type
    column: int = field(default=0, compare=False)
    is_and: bool = field(default=True, kw_only=True)


@dataclass(frozen=True, slots=True)
class Not:
    """True unless the condition is true."""

    value: Node
    type: Type
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Conditional:
    """`then if condition else otherwise`."""

    condition: Node
    then: Node
    otherwise: Node
    type: Type
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A registered function with its arguments; `prepared` is what it made of literal ones."""

    function: Function
    arguments: tuple[Node, ...]
    type: Type
    prepared: object = field(default=None, compare=False)
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Decide:
    """The decision of a table on the same facts."""

    table: str
    function: TableFunction = field(compare=False)
    type: Type
    column: int = field(default=0, compare=False)


Node: TypeAlias = (
    Literal
    | Path
    | Part
    | Pluck
    | Items
    | Arithmetic
    | Negative
    | Compare
    | Logic
    | Not
    | Conditional
    | Call
    | Decide
)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below, from left to right."""
    match node:
        case Literal() | Path() | Decide():
            return ()
        case Part(value=value) | Negative(value=value) | Not(value=value) | Pluck(rows=value):
            return (value,)
        case Arithmetic(left=left, right=right) | Compare(left=left, right=right):
            return (left, right)
        case Conditional():
            return (node.condition, node.then, node.otherwise)
        case Items(elements=nodes) | Logic(operands=nodes) | Call(arguments=nodes):
            return nodes
        case _:
            assert_never(node)


def walk(node: Node) -> Iterator[Node]:
    """Every node of the tree, parents first, from left to right."""
    todo = [node]
    while todo:
        current = todo.pop()
        yield current
        todo.extend(reversed(children(current)))


def paths_of(node: Node) -> frozenset[tuple[str, str]]:
    """Every fact the tree reads, as (root, flat key), those of its functions and tables too."""
    found: set[tuple[str, str]] = set()
    for one in walk(node):
        match one:
            case Path():
                found.add((one.root, one.key))
            case Decide():
                found |= one.function.paths
            case Call():
                found |= {(need, "") for need in one.function.needs}
            case _:
                pass
    return frozenset(found)
