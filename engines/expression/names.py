"""Names and dotted paths, resolved once by type: `record.buyer.phone` is one fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from engines.diagnostics import did_you_mean
from engines.expression import tree as ir
from engines.expression.functions.registry import FUNCTIONS
from engines.expression.problems import Findings
from engines.expression.scope import Scope
from engines.expression.tree import Node
from engines.expression.types import (
    BOOLEAN,
    JSON,
    MONEY,
    MONEY_PARTS,
    NULL,
    UNKNOWN,
    LinkType,
    ListOf,
    RecordType,
    Type,
)

_WORDS: Final[Mapping[str, tuple[object, Type]]] = {
    "null": (None, NULL),
    "true": (True, BOOLEAN),
    "false": (False, BOOLEAN),
}
MAX_LINKS: Final = 4  # a path of more steps loads more than anyone means


class Names:
    """Resolves the names of one expression in its scope."""

    def __init__(self, scope: Scope, findings: Findings) -> None:
        self._scope = scope
        self._findings = findings

    def root(self, name: str, column: int) -> Node:
        """A name standing alone."""
        if name in _WORDS:
            value, kind = _WORDS[name]
            return ir.Literal(value, kind, column)
        found = self._scope.type_of(name)
        if found is not None:
            return ir.Path(name, "", found, column)
        self._findings.note("E004", column, f"unknown name {name[:60]!r}", self._advice(name))
        return ir.Literal(None, UNKNOWN, column)

    def attribute(self, base: Node, name: str, column: int) -> Node:
        """`base.name`."""
        kind = base.type
        if kind == UNKNOWN:
            return ir.Literal(None, UNKNOWN, column)
        if kind == MONEY:
            return self._part(base, name, MONEY_PARTS, column)
        if kind == JSON:
            return ir.Part(base, name, JSON, column)
        if isinstance(kind, RecordType):
            return self._of_record(base, kind, name, column)
        if isinstance(kind, LinkType | ListOf):
            return self._through_link(base, name, column)
        message = f"a {kind} has no parts, so no {name[:60]!r}"
        self._findings.note("E005", column, message)
        return ir.Literal(None, UNKNOWN, column)

    def as_value(self, node: Node, column: int) -> Node:
        """A whole record used as a value is its id: `record.assignee == user`."""
        if isinstance(node, ir.Path) and isinstance(node.type, RecordType) and not node.key:
            return ir.Path(node.root, "id", LinkType(node.type.form), column)
        return node

    def _of_record(self, base: Node, kind: RecordType, name: str, column: int) -> Node:
        if not isinstance(base, ir.Path) or base.key:
            return self._part(base, name, kind.fields, column)
        found = self._field(kind, name, column)
        return ir.Path(base.root, name, found, column)

    def _through_link(self, base: Node, name: str, column: int) -> Node:
        """A field of the record behind a link, of those behind links, or of a sub-table's rows."""
        kind = base.type
        target = kind.element if isinstance(kind, ListOf) else kind
        if isinstance(target, RecordType) and isinstance(kind, ListOf):
            return ir.Pluck(base, name, ListOf(self._field(target, name, column)), column)
        form = self._scope.form(target.form) if isinstance(target, LinkType) else None
        if form is None or not isinstance(base, ir.Path):
            self._findings.note("E005", column, f"a {kind} has no parts, so no {name[:60]!r}")
            return ir.Literal(None, UNKNOWN, column)
        if base.key.count(".") >= MAX_LINKS:
            self._findings.note("E002", column, f"a path goes through more than {MAX_LINKS} links")
        found = self._field(form, name, column)
        if isinstance(kind, ListOf) and not isinstance(found, ListOf):
            found = ListOf(found)
        key = f"{base.key}.{name}" if base.key else name
        return ir.Path(base.root, key, found, column)

    def _field(self, kind: RecordType, name: str, column: int) -> Type:
        if name in kind.fields:
            return kind.fields[name]
        if name == "id" and kind.form:
            return LinkType(kind.form)
        self._unknown_field(str(kind), name, kind.fields, column)
        return UNKNOWN

    def _part(self, base: Node, name: str, parts: Mapping[str, Type], column: int) -> Node:
        found = parts.get(name)
        if found is None:
            self._unknown_field(str(base.type), name, parts, column)
            return ir.Literal(None, UNKNOWN, column)
        return ir.Part(base, name, found, column)

    def _unknown_field(self, what: str, name: str, known: Iterable[str], column: int) -> None:
        message = f"a {what} has no field {name[:60]!r}"
        self._findings.note("E005", column, message, did_you_mean(name, known))

    def _advice(self, name: str) -> str | None:
        record = self._scope.names.get("record")
        if isinstance(record, RecordType) and name in record.fields:
            return f"Write record.{name}."
        if name in FUNCTIONS:
            return f"{name} is a function: write {FUNCTIONS[name].usage()}."
        return did_you_mean(name, (*self._scope.all_names(), *_WORDS))
