"""How many records a change of their form is about, counted in the live version's tables.

Which changes there are, and how risky they are, stands in `builder.diff`.
"""

from __future__ import annotations

from builder.diff import Change
from engines.expression.compile import compile_expression
from engines.expression.types import BOOLEAN
from engines.values import FieldId, FormId
from runtime.live import LiveApp
from runtime.ports import Filter, Reader, RecordQuery

# What a change is rated for when it matters how many records there are, and which of them.
_EVERY = frozenset({"form_removed", "new_required_field"})
_FILLED = frozenset({"field_removed", "field_renamed", "stored_otherwise", "refuses_more"})
_CHOSEN = "option_removed"


def touched(reader: Reader, live: LiveApp, change: Change) -> int | None:
    """The number of records; None where a change is about no stored value."""
    if len(change.path) < 2 or change.path[0] != "forms":
        return None
    form = FormId(str(change.path[1]))
    condition = _condition(live, form, change) if form in live.tables else None
    return None if condition is None else _count(reader, live, form, condition)


def _condition(live: LiveApp, form: FormId, change: Change) -> str | None:
    """Of which records it is, as an expression; empty for all, None where none counts."""
    if change.reason in _EVERY:
        return ""
    if len(change.path) < 4 or change.path[2] != "fields":
        return None
    field = FieldId(str(change.before if change.kind == "moved" else change.path[3]))
    if field not in live.tables[form].fields:
        return None
    if change.reason == _CHOSEN:
        return _holding(live, form, field, str(change.path[5]))
    return f"not is_empty(record.{field})" if change.reason in _FILLED else None


def _holding(live: LiveApp, form: FormId, field: FieldId, option: str) -> str:
    has_many = live.definition.forms[form].fields[field].kind.has_child_table
    if has_many:
        return f"has(record.{field}, '{option}')"
    return f"record.{field} == '{option}'"


def _count(reader: Reader, live: LiveApp, form: FormId, condition: str) -> int:
    filters: tuple[Filter, ...] = ()
    if condition:
        scope = live.definition.scope(form)
        filters = (Filter(compile_expression(condition, scope, expect=BOOLEAN).tree, {}),)
    return reader.records.count(live.tables[form], RecordQuery(form, filters=filters))
