"""What is copied in one place and put in at another: under ids of its own, words as they stood."""

from __future__ import annotations

from typing import Any

import pytest

from builder.operations.catalog import read_operation, write_operation
from builder.operations.make import make
from builder.operations.splice import apply_splices
from engines.source import read_source
from tests.support.designs import PARKS

COPIED = {"type": "text", "title": "Age", "required": "true", "max_length": "30", "was": "old"}
LOOK = {
    "type": "task",
    "assign": {"role": "keeper"},
    "outcomes": {"fine": {"to": "end"}, "sick": {"to": "elsewhere"}},
    "timers": {"late": {"after": "3d", "to": "nowhere"}},
}
SECTION = {"section": {"title": "Size", "fields": ["height_2", "age"]}}

PASTES: dict[str, dict[str, Any]] = {
    "field": {"op": "paste_field", "form": "tree", "field": "age", "definition": COPIED},
    "node": {
        "op": "paste_node",
        "flow": "care",
        "node": "look_2",
        "definition": LOOK,
        "x": 9,
        "y": 8,
    },
    "block": {
        "op": "paste_block",
        "form": "tree",
        "block": SECTION,
        "fields": {"height_2": {"type": "integer"}, "age": COPIED},
    },
}


def pasted(what: str, text: str = PARKS, **more: Any) -> str:
    return make([read_operation({**PASTES[what], **more})], text, "parks.yaml").text


def data(text: str) -> Any:
    return read_source(text, "parks.yaml").data


def test_pasted_field_keeps_its_words_and_forgets_what_it_was() -> None:
    text = pasted("field", parent=["forms", "tree", "layout", 0, "section", "columns", 1], index=0)

    assert "age: {type: text, title: Age, required: true, max_length: 30}" in text
    assert "columns: [[label, kind], [age, height]]" in text


def test_pasted_block_brings_its_fields() -> None:
    text = pasted("block")

    form = data(text)["forms"]["tree"]
    assert form["layout"][-1] == SECTION
    assert list(form["fields"])[-2:] == ["height_2", "age"]
    assert "required: true, max_length: 30" in text


def test_block_pasted_into_an_implied_layout_shows_its_fields_once() -> None:
    start, end = PARKS.index("    layout:"), PARKS.index("    access:")

    text = pasted("block", PARKS[:start] + PARKS[end:])

    assert data(text)["forms"]["tree"]["layout"] == ["label", "height", "kind", SECTION]


def test_pasted_node_keeps_only_edges_to_nodes_of_its_flow() -> None:
    flow = data(pasted("node"))["flows"]["care"]

    node = flow["nodes"]["look_2"]
    assert node["outcomes"] == {"fine": {"to": "end"}, "sick": {}}
    assert node["timers"] == {"late": {"after": "3d"}}
    assert flow["canvas"]["look_2"] == ["9", "8"]


def test_duplicated_field_keeps_its_words() -> None:
    copy = {"op": "duplicate_field", "form": "tree", "field": "label", "copy": "label_2"}

    text = make([read_operation(copy)], PARKS, "parks.yaml").text

    assert "label_2: {type: text, title: {en: Label, zh: 标牌}, required: true}" in text


@pytest.mark.parametrize("what", PASTES)
def test_paste_is_taken_back_to_the_letter(what: str) -> None:
    made = make([read_operation(PASTES[what])], PARKS, "parks.yaml")

    assert apply_splices(made.text, made.inverse) == PARKS


@pytest.mark.parametrize("what", PASTES)
def test_paste_survives_its_own_json(what: str) -> None:
    operation = read_operation(PASTES[what])

    assert read_operation(write_operation(operation)) == operation
