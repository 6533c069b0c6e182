"""What stands at the lines of a flow: the button that was pressed, the condition in its words.

Only what a definition says, never a value of the record; a condition on a field that is hidden
from the reader is not told.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from engines.expression.compile import Expression
from engines.expression.tree import Compare, Comparison, Literal, Node, Not, Path
from engines.flow.model import Flow
from engines.flow.model import Node as FlowNode
from engines.form.display import Display, plain_text
from engines.form.model import Field, Form
from engines.values import Value
from runtime.access.explained import fields_at
from runtime.access.view import Looking

ELSE = "*"  # what the default of a choice is called here; pages have a word for it

_BETWEEN = {
    Comparison.EQUAL: ": ",
    Comparison.LESS: " < ",
    Comparison.LESS_OR_EQUAL: " ≤ ",
    Comparison.GREATER: " > ",
    Comparison.GREATER_OR_EQUAL: " ≥ ",
}


def labels(looking: Looking, flow: Flow, form: Form) -> dict[str, str]:
    """By the names of edges, what leads along them; where a node has one way, nothing."""
    found: dict[str, str] = {}
    for node in flow.nodes.values():
        if len(node.edges) > 1:
            found |= _of_outcomes(looking, node)
            found |= _of_conditions(looking, node, form)
    return found


def _of_outcomes(looking: Looking, node: FlowNode) -> dict[str, str]:
    locale = looking.actor.locale
    return {one.edge: one.title.in_locale(locale) for one in node.behaviour.outcomes}


def _of_conditions(looking: Looking, node: FlowNode, form: Form) -> dict[str, str]:
    return {
        edge: ELSE if condition is None else _told(looking, condition, form)
        for edge, condition in node.behaviour.choices
    }


def _told(looking: Looking, condition: Expression, form: Form) -> str:
    """`Colour: Red`, `Amount > 500`; empty for what is no plain comparison of a field."""
    is_denied = isinstance(condition.tree, Not)
    tree = condition.tree.value if isinstance(condition.tree, Not) else condition.tree
    if not isinstance(tree, Compare) or tree.operator not in _BETWEEN:
        return ""
    field = _field(looking, tree.left, form)
    if field is None or not isinstance(tree.right, Literal):
        return ""
    title = field.title.in_locale(looking.actor.locale)
    if tree.right.value is None:
        return title if is_denied else f"{title}: –"
    between = " ≠ " if is_denied else _BETWEEN[tree.operator]
    return f"{title}{between}{_value(looking, field, tree.right.value)}"


def _field(looking: Looking, node: Node, form: Form) -> Field | None:
    if not isinstance(node, Path) or node.root != "record":
        return None
    through = fields_at(looking.app, form.id, str(node))
    rights = looking.rights(form)
    if not through or through[0].id in rights.hidden | rights.masked:
        return None
    return through[-1]


def _value(looking: Looking, field: Field, value: Value) -> str:
    """An option by its title, anything else as it is written for people."""
    title = dict(field.type.choices(field.options)).get(str(value))
    if title is not None:
        return title.in_locale(looking.actor.locale)
    return plain_text(value, Display(looking.actor.locale, ZoneInfo(looking.actor.time_zone)))
