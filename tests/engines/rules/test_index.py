"""The index never changes what fires: it agrees with plain evaluation on random rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engines.rules.evaluate import decide
from engines.rules.index import Between, NoneOf, OneOf, build_axis, overlap
from engines.rules.model import Created
from engines.rules.ruleset import compile_rules
from tests.support.processes import RECORD, TICKET, facts, read_processes

atoms = st.sampled_from(
    [
        "record.status == 'new'", "record.status != 'new'", "'open' == record.status",
        "record.status in ['new', 'open']", "record.status not in ['open']",
        "record.count > 3", "record.count <= 3", "5 > record.count", "record.count >= 5",
        "record.count == 4", "record.count != 4", "not (record.count > 3)", "record.amount < 2.5",
        "record.urgent", "not record.urgent", "record.urgent == true", "record.status == null",
        "record.count == record.amount", "contains(record.subject, 'a')", "old.status == 'new'",
        "record.count in [3, 4, null]", "record.assignee == 'u-ana'", "true", "false",
        "record.status == 'new' or record.urgent", "record.assignee == user",
    ]
)  # fmt: skip
conditions = st.lists(atoms, min_size=1, max_size=4).map(" and ".join)
records = st.fixed_dictionaries(
    {
        "status": st.sampled_from([None, "new", "open", "done"]),
        "count": st.none() | st.integers(2, 6),
        "amount": st.none() | st.sampled_from([Decimal("2.4"), Decimal("2.5"), Decimal(3), 4]),
        "urgent": st.sampled_from([None, True, False]),
        "subject": st.sampled_from([None, "", "abc"]),
        "assignee": st.sampled_from([None, "u-ana", "u-ben"]),
    }
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(conditions, min_size=1, max_size=8),
    st.lists(st.tuples(records, st.none() | records), min_size=1, max_size=6),
)
def test_index_fires_exactly_the_rules_whose_conditions_hold(
    texts: list[str], cases: list[tuple[dict[str, Any], dict[str, Any] | None]]
):
    lines = [
        f'  r{number}: {{on: {{created: ticket}}, when: "{text}", do: [{{set: {{impact: low}}}}]}}'
        for number, text in enumerate(texts)
    ]
    made = read_processes("rules:\n" + "\n".join(lines))
    rules = compile_rules(made.rules)
    given_facts = [{**facts(**record), "old": old} for record, old in cases]

    fired = [decide(rules, Created(TICKET), one, TICKET, RECORD).fired for one in given_facts]

    assert fired == [
        tuple(rule.id for rule in made.rules if rule.when.evaluate(one)) for one in given_facts
    ]


numbers = st.integers(0, 6)
constraints = (
    st.frozensets(st.none() | numbers, min_size=1, max_size=3).map(OneOf)
    | st.frozensets(st.none() | numbers, min_size=1, max_size=3).map(NoneOf)
    | st.builds(Between, st.none() | numbers, numbers, st.booleans(), st.booleans())
    | st.builds(Between, numbers, st.none() | numbers, st.booleans(), st.booleans())
)
cells = st.lists(constraints, max_size=2).map(tuple)


def takes(cell: tuple[Any, ...], value: Any) -> bool:
    """The meaning of a cell, said without an index."""
    return all(
        value is not None and one.takes(value)
        if isinstance(one, Between)
        else (value in one.values) == isinstance(one, OneOf)
        for one in cell
    )


@settings(max_examples=300, deadline=None)
@given(
    st.lists(cells, min_size=1, max_size=8), st.none() | st.integers(-1, 14).map(lambda n: n / 2)
)
def test_axis_leaves_exactly_the_cells_that_take_the_value(
    column: list[tuple[Any, ...]], value: float | None
):
    exact = None if value is None else Decimal(value)

    mask = build_axis(column).possible(exact)

    assert mask == sum(1 << n for n, cell in enumerate(column) if takes(cell, exact))


@settings(max_examples=300, deadline=None)
@given(cells, cells)
def test_cells_that_share_a_value_overlap(left: tuple[Any, ...], right: tuple[Any, ...]):
    values = [None, *[Decimal(n) / 2 for n in range(-1, 15)]]

    shared = [value for value in values if takes(left, value) and takes(right, value)]

    assert overlap(left, right) or not shared
