"""Random well-typed expressions over the names of the vectors."""

from __future__ import annotations

from hypothesis import assume
from hypothesis import strategies as st

from engines.expression.compile import Expression, compile_expression
from engines.expression.problems import ExpressionError
from tests.support import vectors

# kind -> expressions without parts
LEAVES: dict[str, list[str]] = {
    "number": [
        "record.n",
        "record.m",
        "record.price",
        "0",
        "1",
        "2.5",
        "-3",
        "record.refund.amount",
        "decide('terms').days",
        "null",
    ],
    "text": [
        "record.subject",
        "record.note",
        "''",
        "'refund'",
        "'退款'",
        "record.customer.phone",
        "user.name",
        "record.status",
        "null",
    ],
    "date": [
        "record.due",
        "record.opened",
        "today",
        "record.customer.since",
        "date('2024-02-29')",
    ],
    "datetime": ["record.created", "record.solved", "now", "datetime('2026-03-29T00:30Z')"],
    "duration": ["record.length", "hours(1)", "days(-2)", "seconds(0.5)"],
    "boolean": ["record.vip", "record.urgent", "true", "false"],
    "numbers": ["record.lines.amount", "[]", "null"],
    "texts": ["record.tags", "user.groups", "['vip', null]", "record.lines.name"],
}

# kind -> forms with the kinds of their parts
FORMS: dict[str, list[str]] = {
    "number": [
        "({number} + {number})",
        "({number} - {number})",
        "({number} * {number})",
        "({number} / {number})",
        "({number} // {number})",
        "({number} % {number})",
        "-({number})",
        "round({number}, {number})",
        "floor({number})",
        "ceil({number})",
        "abs({number})",
        "len({text})",
        "sum({numbers})",
        "avg({numbers})",
        "count({texts})",
        "min({number}, {number})",
        "max({number}, {number})",
        "coalesce({number}, {number})",
        "({number} if {boolean} else {number})",
        "hours_since({datetime})",
        "days_between({date}, {date})",
        "minutes_between({datetime}, {datetime})",
        "days_since({date})",
        "month({date})",
        "weekday({datetime})",
        "hour({datetime})",
        "({duration} / {duration})",
        "number({text})",
        "first({numbers})",
    ],
    "text": [
        "({text} + {text})",
        "concat({text}, {number})",
        "lower({text})",
        "upper({text})",
        "trim({text})",
        "replace({text}, {text}, {text})",
        "left({text}, {number})",
        "right({text}, {number})",
        "join({texts}, {text})",
        "text({number})",
        "text({date})",
        "text({datetime})",
        "({text} if {boolean} else {text})",
        "coalesce({text}, {text})",
        "last({texts})",
    ],
    "date": [
        "({date} + {duration})",
        "({date} - {duration})",
        "date({datetime})",
        "add_days({date}, {number})",
        "add_months({date}, {number})",
        "start_of_month({date})",
        "end_of_month({datetime})",
        "({date} if {boolean} else {date})",
    ],
    "datetime": [
        "({datetime} + {duration})",
        "({datetime} - {duration})",
        "start_of_day({date})",
        "datetime({date})",
        "max({datetime}, {datetime})",
    ],
    "duration": [
        "({duration} + {duration})",
        "({duration} * {number})",
        "({duration} / {number})",
        "({date} - {date})",
        "({datetime} - {datetime})",
        "-({duration})",
        "minutes({number})",
    ],
    "boolean": [
        "({number} {order} {number})",
        "({text} {order} {text})",
        "({date} {order} {date})",
        "({datetime} {order} {datetime})",
        "({duration} {order} {duration})",
        "({boolean} == {boolean})",
        "({number} in [{number}, {number}])",
        "({text} not in {texts})",
        "({boolean} and {boolean})",
        "({boolean} or {boolean})",
        "(not {boolean})",
        "contains({text}, {text})",
        "starts_with({text}, {text})",
        "contains({text}, 'REF')",
        "ends_with({text}, '1')",
        "is_empty({text})",
        "has({texts}, {text})",
        "any_of({texts}, {texts})",
        "({number} < {number} < {number})",
        "({boolean} if {boolean} else {boolean})",
        "(hours_since({datetime}) {order} 1.5)",
        "under(record.category, 'billing')",
        "matches({text}, '[a-z]+.*')",
    ],
    "numbers": ["[{number}, {number}]"],
    "texts": ["[{text}, {text}]", "split({text}, ' ')"],
}
ORDERS = ["==", "!=", "<", "<=", ">", ">="]


@st.composite
def expressions(draw: st.DrawFn, kind: str = "boolean", depth: int = 3) -> str:
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        return draw(st.sampled_from(LEAVES[kind]))
    form = draw(st.sampled_from(FORMS[kind]))
    while "{" in form:
        before, _, rest = form.partition("{")
        name, _, after = rest.partition("}")
        part = (
            draw(st.sampled_from(ORDERS))
            if name == "order"
            else draw(expressions(name, depth - 1))
        )
        form = before + part + after
    return form


def sensible(source: str) -> Expression:
    """The compiled text; comparisons with null or with no option are skipped."""
    try:
        return compile_expression(source, vectors.scope())
    except ExpressionError as error:
        assume({one.code for one in error.problems} - {"E002", "E011", "E012"})
        raise


# forms that a database filter takes, of which filters() makes random ones
_COLUMNS: dict[str, list[str]] = {
    "number": [
        "record.n",
        "record.m",
        "record.price",
        "record.refund.amount",
        "0",
        "7",
        "19.9",
        "0.051",
    ],
    "text": [
        "record.subject",
        "record.note",
        "record.customer.phone",
        "''",
        "'refund'",
        "user.name",
    ],
    "date": ["record.due", "record.opened", "today", "record.customer.since"],
    "datetime": ["record.created", "record.solved", "now", "(now - hours(5))"],
    "duration": ["record.length", "minutes(90)", "seconds(0.5)"],
}
_FILTERS = [
    "({number} {order} {number})",
    "({text} {order} {text})",
    "({date} {order} {date})",
    "({datetime} {order} {datetime})",
    "({duration} {order} {duration})",
    "(hours_between({datetime}, {datetime}) {order} {hours})",
    "(days_between({date}, {date}) {order} {hours})",
    "(minutes_since({datetime}) {order} {hours})",
    "({datetime} - {datetime} {order} minutes({hours}))",
    "({date} - {date} {order} days({hours}))",
    "({datetime} + minutes({hours}) {order} now)",
    "({date} - hours({hours}) {order} today)",
    "({number} in [{number}, 7, null])",
    "({text} not in ['', {text}])",
    "contains({text}, 'refund')",
    "ends_with({text}, '1')",
    "is_empty({text})",
    "record.vip",
    "(record.vip == record.urgent)",
    "has(record.tags, 'vip')",
]
_JOINED = ["({a} and {b})", "({a} or {b})", "(not {a})", "({a} if {b} else {a})"]


@st.composite
def filters(draw: st.DrawFn, depth: int = 3) -> str:
    """A random condition, most of which a database takes."""
    if depth and draw(st.booleans()):
        form = draw(st.sampled_from(_JOINED))
        return form.format(a=draw(filters(depth - 1)), b=draw(filters(depth - 1)))
    form = draw(st.sampled_from(_FILTERS))
    while "{" in form:
        before, _, rest = form.partition("{")
        name, _, after = rest.partition("}")
        form = before + draw(_part(name)) + after
    return form


def _part(name: str) -> st.SearchStrategy[str]:
    if name == "order":
        return st.sampled_from(ORDERS)
    if name == "hours":
        return st.sampled_from(["0", "1", "-2", "5", "8.5", "0.0001", "300", "null"])
    return st.sampled_from(_COLUMNS[name])
