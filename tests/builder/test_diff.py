"""Differences by path, and the care each asks for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.diff import compare, highest_risk

TREES = st.recursive(
    st.text("ab", max_size=2),
    lambda children: st.dictionaries(st.text("xyz", min_size=1, max_size=2), children, max_size=4),
    max_leaves=12,
).map(lambda tree: {"forms": {"t": {"fields": tree}}})


def a_form(**fields: Any) -> dict[str, Any]:
    return {"forms": {"ticket": {"title": "Ticket", "fields": fields}}}


@given(tree=TREES)
def test_definition_does_not_differ_from_itself(tree: dict[str, Any]) -> None:
    assert compare(tree, tree) == ()


@given(before=TREES, after=TREES)
def test_every_inequality_is_reported(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert bool(compare(before, after)) or before == after


@given(before=TREES, after=TREES)
def test_what_one_way_adds_the_other_way_removes(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    added = {change.path for change in compare(before, after) if change.kind == "added"}
    removed = {change.path for change in compare(after, before) if change.kind == "removed"}

    assert added == removed


CASES = {
    "label": (a_form(a={"title": "A"}), a_form(a={"title": "B"}), "safe", "words"),
    "one locale": (
        a_form(a={"title": {"en": "A"}}),
        a_form(a={"title": {"en": "B"}}),
        "safe",
        "words",
    ),
    "field removed": (a_form(a={}, b={}), a_form(a={}), "risky", "field_removed"),
    "field added": (a_form(a={}), a_form(a={}, b={"type": "text"}), "safe", "new_field"),
    "required field added": (
        a_form(a={}),
        a_form(a={}, b={"type": "text", "required": "true"}),
        "caution",
        "new_required_field",
    ),
    "control changed": (
        a_form(a={"type": "text"}),
        a_form(a={"type": "date"}),
        "risky",
        "stored_otherwise",
    ),
    "option removed": (
        a_form(a={"options": {"x": "X", "y": "Y"}}),
        a_form(a={"options": {"x": "X"}}),
        "caution",
        "option_removed",
    ),
    "renamed": (a_form(a={"type": "t"}), a_form(b={"type": "t", "was": "a"}), "caution", ""),
    "role removed": ({"roles": {"x": {}}}, {"roles": {}}, "risky", "role_removed"),
    "canvas": (
        {"flows": {"f": {"canvas": {"a": ["1", "2"]}}}},
        {"flows": {"f": {"canvas": {"a": ["1", "3"]}}}},
        "safe",
        "looks",
    ),
    "node removed": (
        {"flows": {"f": {"nodes": {"a": {}, "b": {}}}}},
        {"flows": {"f": {"nodes": {"a": {}}}}},
        "caution",
        "new_cases_only",
    ),
    "rule": (
        {"rules": {"r": {"when": "a"}}},
        {"rules": {"r": {"when": "b"}}},
        "caution",
        "decides_otherwise",
    ),
}


@pytest.mark.parametrize(("before", "after", "risk", "reason"), CASES.values(), ids=CASES.keys())
def test_each_change_is_rated(
    before: dict[str, Any], after: dict[str, Any], risk: str, reason: str
) -> None:
    changes = compare(before, after)

    assert highest_risk(changes) == risk
    assert reason in {"", *(change.reason for change in changes)}


def test_renamed_field_is_one_move_and_not_a_loss() -> None:
    changes = compare(a_form(a={"type": "text"}), a_form(b={"type": "text", "was": "a"}))

    assert [change.kind for change in changes] == ["moved"]
    assert changes[0].before == "a"
