"""Decision tables: parsed, checked for overlap, and compiled to look-ups.

Long because schema, parsing and the check for overlap speak of the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final, TypeAlias

from engines.context import DefinitionContext
from engines.diagnostics import did_you_mean, one_of
from engines.expression.compile import Expression
from engines.expression.scope import PathKey, TableFunction
from engines.expression.tree import Path
from engines.expression.types import BOOLEAN, RecordType, Type, options_of
from engines.rules.actiontype import Spot
from engines.rules.cells import OUTPUT_TYPES, CellError, read_cell, read_literal
from engines.rules.hittype import HitType, hit_types
from engines.rules.index import Constraint, build_axis, overlap
from engines.rules.matcher import Column, Matcher
from engines.rules.parse import ID_PATTERN
from engines.values import Facts, FormId, LocaleText, TableId, Value, locale_text

MAX_ROWS: Final = 5_000
_MAX_COMBINATIONS: Final = 10_000  # of options, when looking for gaps
_OWN_FIELD = re.compile(r"\b(?:record|old)\.([a-z][a-z0-9_]*)")
_SHOWN_GAPS: Final = 3
_UNIQUE: Final = "unique"

# Hears of each row that decides: (table, number of the row from 0).
Watch: TypeAlias = Callable[[TableId, int], None]


@dataclass(frozen=True, slots=True)
class Table:
    """A compiled decision table over the records of `form`."""

    id: TableId
    title: LocaleText
    form: FormId
    hit: HitType
    inputs: tuple[tuple[str, Expression], ...]
    outputs: tuple[tuple[str, Type], ...]
    matcher: Matcher
    results: tuple[Value, ...]  # of each row: the only output, or a map of them
    rows: tuple[tuple[tuple[Constraint, ...], ...], ...]  # for checks and the designer

    @property
    def paths(self) -> frozenset[PathKey]:
        """Every fact its inputs read."""
        return frozenset().union(*(expression.paths for _, expression in self.inputs))

    def row(self, facts: Facts) -> int | None:
        """The number of the row that decides, or None."""
        return self.hit.row(self.matcher.possible(facts))

    def decide(self, facts: Facts) -> Value:
        """The output of the row that decides; null when no row matches."""
        number = self.row(facts)
        return self.results[number] if number is not None else None


def tables_schema() -> dict[str, Any]:
    """The schema of the section `tables`."""
    cell = {
        "type": ["string", "number", "boolean", "array", "null"],
        "items": {"type": ["string", "null"]},
    }
    table = {
        "type": "object",
        "properties": {
            "title": {
                "title": "Title",
                "type": ["string", "object"],
                "additionalProperties": {"type": "string"},
            },
            "for": {"type": "string", "title": "Form", "x-reference": "form"},
            "hit": {"title": "Which row decides", "enum": list(hit_types()), "default": _UNIQUE},
            "inputs": {
                "type": "object",
                "title": "Inputs",
                "minProperties": 1,
                "maxProperties": 20,
                "propertyNames": {"pattern": ID_PATTERN},
                "additionalProperties": {"type": "string", "x-expression": "value"},
            },
            "outputs": {
                "type": "object",
                "title": "Outputs",
                "minProperties": 1,
                "maxProperties": 20,
                "propertyNames": {"pattern": ID_PATTERN},
                "additionalProperties": {"enum": list(OUTPUT_TYPES)},
            },
            "rows": {"type": "array", "items": {"type": "array", "items": cell},
                     "maxItems": MAX_ROWS},
        },
        "required": ["inputs", "outputs", "rows"],
        "additionalProperties": False,
    }  # fmt: skip
    return {
        "type": "object",
        "title": "Decision tables",
        "propertyNames": {"pattern": ID_PATTERN},
        "additionalProperties": table,
    }


def parse_table(
    table_id: TableId, data: Mapping[str, Any], context: DefinitionContext
) -> Table | None:
    """The compiled table, or None when something in it was reported, be it by the schema."""
    if context.problems.has_under(("tables", table_id)):
        return None
    reported = len(context.problems)
    spot = Spot(("tables", table_id), FormId(""), context)
    form = _form(data, spot)
    if form is None:
        return None
    spot = Spot(spot.path, form, context)
    inputs = _inputs(data, spot)
    outputs = tuple((str(name), OUTPUT_TYPES[kind]) for name, kind in data["outputs"].items())
    if len(context.problems) > reported:
        return None
    rows, results = _rows(data, inputs, outputs, spot)
    if len(context.problems) > reported:
        return None
    hit = hit_types()[str(data.get("hit", _UNIQUE))]
    if not hit.may_overlap:
        _refuse_overlap(rows, spot)
    if len(context.problems) > reported:
        return None
    table = Table(
        id=table_id,
        title=locale_text(data.get("title"), table_id, context.locales),
        form=form,
        hit=hit,
        inputs=inputs,
        outputs=outputs,
        matcher=Matcher(_columns(inputs, rows), len(rows)),
        results=results,
        rows=rows,
    )
    _warn_of_gaps(table, spot)
    return table


def table_function(table: Table, watch: Watch | None = None) -> TableFunction:
    """The table as `decide('its_id')` calls it in expressions over its form."""
    decide = table.decide if watch is None else _watched(table, watch)
    if len(table.outputs) == 1:
        return TableFunction(table.outputs[0][1], table.paths, decide)
    return TableFunction(RecordType("", dict(table.outputs)), table.paths, decide)


def table_gaps(table: Table, limit: int = 20) -> tuple[dict[str, Value], ...]:
    """Combinations of options that no row takes: ({"size": "low", "weight": "high"},).

    Only for tables whose inputs all are choices or true/false, and few; else empty.
    """
    choices = [_choices(expression.type) for _, expression in table.inputs]
    count = 1
    for own in choices:
        count *= len(own)
    if not 0 < count <= _MAX_COMBINATIONS:
        return ()
    names = [name for name, _ in table.inputs]
    axes = [build_axis([row[n] for row in table.rows]) for n in range(len(names))]
    found: list[dict[str, Value]] = []
    for values in product(*choices):
        mask = (1 << len(table.rows)) - 1
        for axis, value in zip(axes, values, strict=True):
            mask &= axis.possible(value)
        if not mask and len(found) < limit:
            found.append(dict(zip(names, values, strict=True)))
    return tuple(found)


def _watched(table: Table, watch: Watch) -> Callable[[Facts], Value]:
    """`decide`, telling which row it was that decided."""

    def decide(facts: Facts) -> Value:
        number = table.row(facts)
        if number is None:
            return None
        watch(table.id, number)
        return table.results[number]

    return decide


def _warn_of_gaps(table: Table, spot: Spot) -> None:
    gaps = table_gaps(table)
    if not gaps:
        return
    shown = "; ".join(
        ", ".join(f"{name} {_as_written(value)}" for name, value in gap.items())
        for gap in gaps[:_SHOWN_GAPS]
    )
    more = "; …" if len(gaps) > _SHOWN_GAPS else ""
    spot.context.problems.warn(
        "R026",
        spot.path,
        f"no row takes {shown}{more}",
        hint="It decides null there. Add a row, or write any in a last one.",
    )


def _as_written(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _form(data: Mapping[str, Any], spot: Spot) -> FormId | None:
    """The form named by `for`, else the only one that has all the fields the inputs name."""
    forms = spot.context.forms
    if "for" in data:
        if data["for"] in forms:
            return FormId(str(data["for"]))
        hint = did_you_mean(str(data["for"]), forms) or one_of(forms)
        spot.at("for").problem("R020", f"unknown form {data['for']!r}", hint)
        return None
    named = {name for text in data["inputs"].values() for name in _OWN_FIELD.findall(str(text))}
    fitting = [form for form, facts in forms.items() if named <= set(facts.fields)]
    if len(fitting) == 1:
        return fitting[0]
    wrong = "several forms have" if fitting else "no form has"
    spot.problem(
        "R021",
        f"{wrong} the fields {', '.join(sorted(named)) or '(none)'} that the inputs read",
        f"Add 'for' with the form: {', '.join(fitting or forms)}.",
    )
    return None


def _inputs(data: Mapping[str, Any], spot: Spot) -> tuple[tuple[str, Expression], ...]:
    found = []
    for name, text in data["inputs"].items():
        expression = spot.at("inputs", name).expression(text)
        if expression is not None:
            found.append((str(name), expression))
    return tuple(found)


def _rows(
    data: Mapping[str, Any],
    inputs: Sequence[tuple[str, Expression]],
    outputs: Sequence[tuple[str, Type]],
    spot: Spot,
) -> tuple[tuple[tuple[tuple[Constraint, ...], ...], ...], tuple[Value, ...]]:
    rows = []
    results = []
    for number, cells in enumerate(data["rows"]):
        here = spot.at("rows", number)
        if len(cells) != len(inputs) + len(outputs):
            here.problem(
                "R022",
                f"the row has {len(cells)} cells, the table {len(inputs) + len(outputs)} columns",
                f"Inputs come first ({len(inputs)}), then outputs ({len(outputs)}).",
            )
            continue
        demands = [
            _cell(cells[n], expression.type, here.at(n))
            for n, (_, expression) in enumerate(inputs)
        ]
        values = [
            _output(cells[len(inputs) + n], kind, here.at(len(inputs) + n))
            for n, (_, kind) in enumerate(outputs)
        ]
        rows.append(tuple(demands))
        names = [name for name, _ in outputs]
        is_single = len(outputs) == 1
        results.append(values[0] if is_single else dict(zip(names, values, strict=True)))
    return tuple(rows), tuple(results)


def _columns(
    inputs: Sequence[tuple[str, Expression]], rows: Sequence[tuple[tuple[Constraint, ...], ...]]
) -> list[Column]:
    columns = []
    for n, (_, expression) in enumerate(inputs):
        tree = expression.tree
        path = (tree.root, tree.key) if isinstance(tree, Path) and tree.key else None
        columns.append(Column(expression.evaluate, path, expression.type, [r[n] for r in rows]))
    return columns


def _cell(data: object, kind: Type, spot: Spot) -> tuple[Constraint, ...]:
    try:
        return read_cell(data, kind)
    except CellError as error:
        spot.problem("R023", str(error), error.hint)
        return ()


def _output(data: object, kind: Type, spot: Spot) -> Value:
    if data is None:
        return None
    try:
        return read_literal(data, kind)
    except CellError as error:
        spot.problem("R024", str(error), error.hint)
        return None


def _refuse_overlap(rows: Sequence[tuple[tuple[Constraint, ...], ...]], spot: Spot) -> None:
    """Report each row that takes a case an earlier row takes too."""
    masks = [_overlaps([row[n] for row in rows]) for n in range(len(rows[0]) if rows else 0)]
    for number in range(len(rows)):
        earlier = (1 << number) - 1
        for by_row in masks:
            earlier &= by_row[number]
        if earlier:
            other = (earlier & -earlier).bit_length()
            spot.at("rows", number).problem(
                "R025",
                f"row {number + 1} takes cases that row {other} takes too, but only one may",
                "Narrow one of them, or write 'hit: first'.",
            )


def _overlaps(column: Sequence[tuple[Constraint, ...]]) -> list[int]:
    """For each row the rows whose cell in this column may hold together with its own."""
    distinct = list(dict.fromkeys(column))
    rows_of = {
        cell: sum(1 << n for n, one in enumerate(column) if one == cell) for cell in distinct
    }
    together = {
        cell: sum(rows_of[other] for other in distinct if overlap(cell, other))
        for cell in distinct
    }
    return [together[cell] for cell in column]


def _choices(kind: Type) -> tuple[Value, ...]:
    if kind == BOOLEAN:
        return (True, False)
    return options_of(kind) or ()
