"""The conditions and computed values of a form as data, for the browser's evaluator.

The browser only shows sooner what the server decides. It reads nothing that the page does not
hold, so an expression that looks behind a link, into a table or at a calendar is the server's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.expression.tree import Call, Decide, Node, walk
from engines.form.conditions import Condition
from engines.form.layout import sections_of
from engines.form.model import Field, Form

_ROOTS = frozenset({"record", "old", "user", "now", "today"})


def browser_program(form: Form, locale: str) -> dict[str, Any]:
    """What a live form needs: `order` to walk, and by field the trees of its conditions.

    `{"order": ["total"], "fields": {"total": {"kind": "number", "value": {…}}}, "sections": {}}`.
    A tree that is missing where the page marks the field `has_conditions` is the server's.
    """
    fields = {one.id: _field(one, locale) for one in form.own_fields}
    sections = {
        section.id: {"visible": _tree(section.visible)}
        for section in sections_of(form.layout)
        if _is_for_browser(section.visible)
    }
    return {
        "form": form.id,
        "order": [one for one in form.compute_order if fields.get(one)],
        "fields": {field_id: program for field_id, program in fields.items() if program},
        "sections": sections,
    }


def needs_server(form: Form) -> bool:
    """Whether some condition or value of the form cannot be worked out in the browser."""
    return any(
        not isinstance(condition, bool) and not _is_for_browser(condition)
        for one in form.own_fields
        for condition in _expressions(one)
    )


def _field(one: Field, locale: str) -> Mapping[str, Any]:
    """The trees of one field; empty where nothing about it can change."""
    program: dict[str, Any] = {}
    shown_when = [condition for condition in one.shown_when if _is_for_browser(condition)]
    if shown_when:
        program["visible"] = [_tree(condition) for condition in shown_when]
        program["clears"] = one.clears_when_hidden and one.value is None
    for name, condition in (("required", one.required), ("readonly", one.readonly)):
        if _is_for_browser(condition):
            program[name] = _tree(condition)
    if one.value is not None and _is_for_browser(one.value):
        program["value"] = _tree(one.value)
    checks = [check for check in one.checks if _is_for_browser(check.holds)]
    if checks:
        program["checks"] = [
            {"when": _tree(check.holds), "message": check.message.in_locale(locale)}
            for check in checks
        ]
    return program


def _expressions(one: Field) -> tuple[Condition, ...]:
    made = (one.value,) if one.value is not None else ()
    return (*one.shown_when, one.required, one.readonly, *made)


def _is_for_browser(condition: Condition) -> bool:
    if isinstance(condition, bool):
        return False
    if any(map(_is_of_server, walk(condition.tree))):
        return False
    return all(root in _ROOTS and "." not in key for root, key in condition.paths)


def _is_of_server(node: Node) -> bool:
    is_reckoned = isinstance(node, Call) and node.function.takes_calendar
    return is_reckoned or isinstance(node, Decide)


def _tree(condition: Condition) -> Any:
    return condition if isinstance(condition, bool) else condition.to_json()
