"""Layers of a flow: always forward, never one box over another, the same answer every time."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.web.flow.layout import layered

NAMES = [f"n{number}" for number in range(9)]
FLOWS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=24, unique=True
)


@given(FLOWS)
def test_every_line_leads_to_a_later_layer_unless_it_is_a_way_back(
    lines: list[tuple[str, str]],
) -> None:
    grid = layered("n0", NAMES, lines)

    late = [line for line in lines if line not in grid.back]
    assert all(grid.places[source][0] < grid.places[target][0] for source, target in late)


@given(FLOWS)
def test_no_box_stands_on_another_or_on_a_line_that_passes(lines: list[tuple[str, str]]) -> None:
    grid = layered("n0", NAMES, lines)

    stops = [stop for way in grid.bends.values() for stop in way]
    taken = [*grid.places.values(), *stops]
    assert all(
        one[0] != other[0] or abs(one[1] - other[1]) > 0.99
        for one, other in combinations(taken, 2)
    )
    assert min(row for _, row in taken) == pytest.approx(0.0)


@given(FLOWS)
def test_the_same_flow_is_laid_out_the_same_every_time(lines: list[tuple[str, str]]) -> None:
    assert layered("n0", NAMES, lines) == layered("n0", list(NAMES), list(lines))


def test_a_loop_keeps_its_way_on_and_marks_its_way_back() -> None:
    grid = layered(
        "ask", ["ask", "wait", "end"], [("ask", "wait"), ("wait", "ask"), ("wait", "end")]
    )

    assert grid.back == {("wait", "ask")}
    assert {node: column for node, (column, _) in grid.places.items()} == {
        "ask": 0,
        "wait": 1,
        "end": 2,
    }


def test_a_line_over_a_layer_passes_beside_the_box_in_it() -> None:
    grid = layered("a", ["a", "b", "c"], [("a", "b"), ("b", "c"), ("a", "c")])

    ((column, row),) = grid.bends["a", "c"]
    assert column == 1
    assert abs(row - grid.places["b"][1]) >= 1
