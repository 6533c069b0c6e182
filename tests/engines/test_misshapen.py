"""Texts of the wrong shape are told what is wrong, wherever it is, and never trip the reader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.app import parse_app, problems_of
from engines.errors import DefinitionError
from engines.source.read import read_yaml

DESK: dict[str, Any] = read_yaml(  # as we read it: to PyYAML the key `on` is true
    (Path(__file__).parents[1] / "support" / "desk.yaml").read_text("utf-8")
).data
WRONG = (None, "x", True, 7, [], ["x"], [["x"]], [{"x": 1}], {}, {"x": "y"})

Place = tuple[Any, ...]


def places(data: Any, place: Place = ()) -> Iterator[Place]:
    """Where something stands in a tree, the root left out."""
    inner = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in inner:
        yield (*place, key)
        if isinstance(value, dict | list):
            yield from places(value, (*place, key))


def with_wrong(place: Place, value: Any) -> str:
    """The desk with another value at a place."""
    desk = json.loads(json.dumps(DESK))
    inside = desk
    for key in place[:-1]:
        inside = inside[key]
    inside[place[-1]] = value
    return json.dumps(desk)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("menu", 3, "group"), True),
        (("roles", "head", "can"), [["x"]]),
        (("roles", "head"), "x"),
        (("roles", "head", "includes"), [None]),
        (("forms", "request", "access", "clerk", "fields", "secret"), [{"x": 1}]),
        (("forms", "request", "layout"), [{"tabs": ["x"]}]),
        (("forms", "request", "layout"), [{"section": "x"}]),
    ],
    ids=["group", "rights", "role", "roles", "field rights", "tabs", "section"],
)
def test_a_wrong_shape_is_told_at_its_place(place: Place, value: Any) -> None:
    text = with_wrong(place, value)

    found = problems_of(text, "desk.json")

    assert any(one.path[: len(place)] == place for one in found)
    with pytest.raises(DefinitionError):
        parse_app(text, "desk.json")


@given(st.sampled_from(list(places(DESK))), st.sampled_from(WRONG))
def test_whatever_is_put_anywhere_is_read_or_told(place: Place, value: Any) -> None:
    text = with_wrong(place, value)

    found = problems_of(text, "desk.json")

    assert all(one.message for one in found)
