"""Gestures on a definition's text: what they change, what they leave alone, how they go back.

Long because every gesture has its case.
"""

from __future__ import annotations

from difflib import unified_diff
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.operations.catalog import Operation, read_operation, write_operation
from builder.operations.flow import (
    AddNode,
    ConnectNodes,
    DisconnectNodes,
    MoveNodes,
    RemoveNode,
    RenameNode,
)
from builder.operations.form import (
    AddBlock,
    AddField,
    DuplicateField,
    MoveInLayout,
    RemoveBlock,
    RemoveField,
    RenameField,
)
from builder.operations.make import collision, make
from builder.operations.splice import apply_splices
from builder.operations.tree import (
    Delete,
    Duplicate,
    InsertItem,
    InsertKey,
    MoveItem,
    MoveKey,
    RenameKey,
    SetOption,
    SetText,
)
from engines.errors import Conflict, FieldErrors
from engines.source import read_source

APP = """\
# Parks and their trees.
format: 1
app: parks
locales: [en, zh]

forms:
  tree:
    title: {en: Tree, zh: 树}   # what we look after
    name: "{{ label }} at {{ place }}"
    fields:
      # painted on the trunk
      label: {type: text, title: Label, required: true}
      height: {type: integer, title: Height}
      place: {type: text, visible: record.label != ''}
    layout:
      - section:
          title: Basics
          columns: [[label, height], [place]]
      - heading: More
    access:
      keeper: {read: true, fields: {height: read}}
    views:
      all: {columns: [label, height], sort: [-height]}

rules:
  tall:
    on: {created: tree}
    when: record.height > 20 and record.label != ''
    do:
      - set: {place: far}

flows:
  care:
    on: {created: tree}
    nodes:
      look:
        type: task
        outcomes:
          fine: {to: end}
          sick: {title: Sick, to: cut}
      cut: {type: action, to: end}   # sadly
      end: {type: end}
    canvas: {look: [10, 20], cut: [210, 20]}
"""

FIELDS = ("forms", "tree", "fields")
LAYOUT = ("forms", "tree", "layout")
NODES = ("flows", "care", "nodes")
COLUMNS = (*LAYOUT, 0, "section", "columns")


def made(*operations: Operation, text: str = APP) -> str:
    return make(operations, text, "parks.yaml").text


def data(text: str) -> Any:
    return read_source(text, "parks.yaml").data


def changed_lines(before: str, after: str) -> list[str]:
    lines = unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[0] in "+-" and line[:3] not in {"+++", "---"}]


def test_one_label_changed_is_one_line_changed() -> None:
    after = made(SetText((*FIELDS, "label", "title"), "en", "Name plate"))

    assert changed_lines(APP, after) == [
        "-      label: {type: text, title: Label, required: true}",
        "+      label: {type: text, title: Name plate, required: true}",
    ]


def test_second_locale_makes_a_map_of_a_text() -> None:
    after = made(SetText((*FIELDS, "label", "title"), "zh", "标牌"))

    assert data(after)["forms"]["tree"]["fields"]["label"]["title"] == {
        "en": "Label",
        "zh": "标牌",
    }


def test_emptied_locale_is_taken_out() -> None:
    after = made(SetText(("forms", "tree", "title"), "zh", ""))

    assert data(after)["forms"]["tree"]["title"] == {"en": "Tree"}
    assert "# what we look after" in after


def test_option_is_written_with_the_maps_that_lead_to_it() -> None:
    after = made(SetOption(("forms", "tree", "access", "visitor", "fields", "height"), "hidden"))

    access = data(after)["forms"]["tree"]["access"]
    assert access["visitor"] == {"fields": {"height": "hidden"}}


def test_added_field_stands_where_it_was_dropped() -> None:
    after = made(AddField("tree", "age", {"type": "integer"}, (*COLUMNS, 0), 1))

    form = data(after)["forms"]["tree"]
    assert form["fields"]["age"] == {"type": "integer"}
    assert form["layout"][0]["section"]["columns"] == [["label", "age", "height"], ["place"]]


def test_field_of_a_form_without_layout_stands_at_its_index() -> None:
    plain = "forms: {a: {fields: {x: {type: text}, y: {type: text}}}}\n"

    after = made(AddField("a", "z", {"type": "text"}, ("forms", "a", "layout"), 1), text=plain)

    assert list(data(after)["forms"]["a"]["fields"]) == ["x", "z", "y"]
    assert "layout" not in data(after)["forms"]["a"]


def test_removed_field_is_gone_from_layout_views_and_access() -> None:
    after = made(RemoveField("tree", "height"))

    form = data(after)["forms"]["tree"]
    assert "height" not in form["fields"]
    assert form["layout"][0]["section"]["columns"] == [["label"], ["place"]]
    assert form["views"]["all"] == {"columns": ["label"], "sort": []}
    assert form["access"]["keeper"]["fields"] == {}


def test_renamed_field_is_renamed_wherever_the_app_names_it() -> None:
    after = made(RenameField("tree", "height", "size", is_published=True))

    app = data(after)
    form = app["forms"]["tree"]
    assert form["fields"]["size"] == {"type": "integer", "title": "Height", "was": "height"}
    assert form["layout"][0]["section"]["columns"] == [["label", "size"], ["place"]]
    assert form["views"]["all"] == {"columns": ["label", "size"], "sort": ["-size"]}
    assert form["access"]["keeper"]["fields"] == {"size": "read"}
    assert app["rules"]["tall"]["when"] == "record.size > 20 and record.label != ''"


def test_rename_reaches_templates_conditions_and_actions() -> None:
    after = made(RenameField("tree", "place", "spot"))

    app = data(after)
    assert app["forms"]["tree"]["name"] == "{{ label }} at {{ spot }}"
    assert app["rules"]["tall"]["do"] == [{"set": {"spot": "far"}}]
    assert "was" not in app["forms"]["tree"]["fields"]["spot"]


def test_rename_reaches_what_is_kept_of_an_answer_and_not_its_names() -> None:
    call = "{connector: erp, path: /x, send: {y: record.y}, keep: {y: some.y}}"
    text = (
        "forms:\n  a:\n    fields: {y: {type: text}}\n"
        f"rules:\n  tell: {{on: {{created: a}}, do: [{{call: {call}}}]}}\n"
    )

    after = made(RenameField("a", "y", "z"), text=text)

    (action,) = data(after)["rules"]["tell"]["do"]
    assert action["call"]["send"] == {"y": "record.z"}
    assert action["call"]["keep"] == {"z": "some.y"}


def test_duplicated_field_stands_behind_its_original() -> None:
    after = made(DuplicateField("tree", "label", "label_2"))

    form = data(after)["forms"]["tree"]
    assert list(form["fields"]) == ["label", "label_2", "height", "place"]
    assert form["layout"][0]["section"]["columns"][0] == ["label", "label_2", "height"]


def test_block_moved_to_another_column_leaves_its_own() -> None:
    after = made(MoveInLayout("tree", (*COLUMNS, 0, 0), (*COLUMNS, 1), 0))

    columns = data(after)["forms"]["tree"]["layout"][0]["section"]["columns"]
    assert columns == [["height"], ["label", "place"]]


def test_block_moved_past_the_section_it_leaves_counts_on() -> None:
    after = made(MoveInLayout("tree", (*LAYOUT, 1), (*COLUMNS, 1), 0))

    layout = data(after)["forms"]["tree"]["layout"]
    assert layout[0]["section"]["columns"][1] == [{"heading": "More"}, "place"]


def test_block_is_not_moved_into_itself() -> None:
    with pytest.raises(Conflict, match="into itself"):
        made(MoveInLayout("tree", (*LAYOUT, 0), (*COLUMNS, 1), 0))


def test_implied_layout_is_written_down_before_a_block_is_added() -> None:
    plain = "forms:\n  a:\n    fields: {x: {type: text}, y: {type: text}}\n"

    after = made(AddBlock("a", {"heading": "Top"}, None, 0), text=plain)

    assert data(after)["forms"]["a"]["layout"] == [{"heading": "Top"}, "x", "y"]


def test_fields_of_a_removed_section_stay_in_the_form() -> None:
    after = made(RemoveBlock("tree", (*LAYOUT, 0)))

    layout = data(after)["forms"]["tree"]["layout"]
    assert layout == ["label", "height", "place", {"heading": "More"}]


def test_node_put_into_an_edge_leads_on_to_where_the_edge_led() -> None:
    edge = (*NODES, "look", "outcomes", "fine", "to")

    after = made(AddNode("care", "tell", {"type": "action"}, 100, 80, edge, ("to",)))

    flow = data(after)["flows"]["care"]
    assert flow["nodes"]["look"]["outcomes"]["fine"] == {"to": "tell"}
    assert flow["nodes"]["tell"] == {"type": "action", "to": "end"}
    assert flow["canvas"]["tell"] == ["100", "80"]


def test_removed_node_takes_its_edges_and_its_place_along() -> None:
    after = made(RemoveNode("care", "cut"))

    flow = data(after)["flows"]["care"]
    assert flow["nodes"]["look"]["outcomes"]["sick"] == {"title": "Sick"}
    assert flow["canvas"] == {"look": ["10", "20"]}


def test_renamed_node_keeps_its_edges_and_its_place() -> None:
    after = made(RenameNode("care", "cut", "fell"))

    flow = data(after)["flows"]["care"]
    assert flow["nodes"]["look"]["outcomes"]["sick"]["to"] == "fell"
    assert flow["canvas"]["fell"] == ["210", "20"]
    assert "# sadly" in after


def test_moved_node_changes_one_line() -> None:
    after = made(MoveNodes("care", {"look": [30, 40]}))

    assert changed_lines(APP, after) == [
        "-    canvas: {look: [10, 20], cut: [210, 20]}",
        "+    canvas: {look: [30, 40], cut: [210, 20]}",
    ]


def test_edge_is_led_elsewhere_and_taken_away() -> None:
    edge = (*NODES, "look", "outcomes", "sick", "to")

    assert data(made(ConnectNodes(edge, "end")))["flows"]["care"]["nodes"]["look"]["outcomes"][
        "sick"
    ] == {"title": "Sick", "to": "end"}
    assert (
        "to"
        not in data(made(DisconnectNodes(edge)))["flows"]["care"]["nodes"]["look"]["outcomes"][
            "sick"
        ]
    )


def test_edge_from_the_next_path_adds_that_path() -> None:
    choice = "flows: {f: {nodes: {a: {type: choice, paths: [{when: x, to: a}]}}}}\n"
    edge = ("flows", "f", "nodes", "a", "paths", 1, "to")

    after = made(ConnectNodes(edge, "a"), text=choice)

    assert data(after)["flows"]["f"]["nodes"]["a"]["paths"][1] == {"to": "a"}


def test_gesture_on_what_is_gone_is_a_conflict() -> None:
    with pytest.raises(Conflict, match="no longer there"):
        made(Delete((*FIELDS, "colour")))


def test_all_gestures_are_made_or_none() -> None:
    with pytest.raises(Conflict):
        made(SetOption((*FIELDS, "label", "help"), "x"), Delete(("forms", "bush")))


GESTURES: dict[str, Operation] = {
    "set": SetOption((*FIELDS, "height", "min"), 3),
    "set nothing": SetOption((*FIELDS, "height", "title"), None),
    "text": SetText((*FIELDS, "place", "help"), "zh", "哪里"),
    "insert": InsertKey(("rules",), "small", {"on": {"created": "tree"}}, "tall"),
    "item": InsertItem(("rules", "tall", "do"), {"set": {"label": "a: b #c"}}, 0),
    "delete": Delete((*FIELDS, "label")),
    "delete all rules": Delete(("rules",)),
    "rename": RenameKey(("rules", "tall"), "high"),
    "move": MoveKey((*FIELDS, "place"), "label"),
    "move item": MoveItem((*COLUMNS, 0, 0), (*COLUMNS, 0), 1),
    "duplicate": Duplicate(("rules", "tall"), "tall_2"),
    "duplicate field": DuplicateField("tree", "label", "label_2"),
    "add field": AddField("tree", "age", {"type": "integer", "title": {"en": "Age"}}),
    "remove field": RemoveField("tree", "height"),
    "rename field": RenameField("tree", "label", "plate", is_published=True),
    "add block": AddBlock("tree", {"section": {"title": "New", "fields": []}}, None, 1),
    "remove block": RemoveBlock("tree", (*LAYOUT, 0)),
    "move in layout": MoveInLayout("tree", (*COLUMNS, 1, 0), LAYOUT, 0),
    "add node": AddNode("care", "wait", {"type": "wait", "after": "3d"}, 5, 5),
    "remove node": RemoveNode("care", "cut"),
    "rename node": RenameNode("care", "look", "inspect"),
    "connect": ConnectNodes((*NODES, "cut", "to"), "look"),
    "disconnect": DisconnectNodes((*NODES, "cut", "to")),
    "move nodes": MoveNodes("care", {"cut": [1, 2], "end": [3, 4]}),
}


@pytest.mark.parametrize("gesture", GESTURES.values(), ids=GESTURES.keys())
def test_gesture_then_inverse_gives_the_same_text(gesture: Operation) -> None:
    change = make([gesture], APP, "parks.yaml")

    assert change.text != APP
    assert apply_splices(change.text, change.inverse) == APP


@pytest.mark.parametrize("gesture", GESTURES.values(), ids=GESTURES.keys())
def test_gesture_survives_its_own_json(gesture: Operation) -> None:
    assert read_operation(write_operation(gesture)) == gesture


@given(picked=st.lists(st.sampled_from(sorted(GESTURES)), min_size=1, max_size=4, unique=True))
@settings(max_examples=60, deadline=None)
def test_any_gestures_one_after_the_other_go_back_to_the_same_text(picked: list[str]) -> None:
    text, inverses = APP, []
    for name in picked:
        try:
            change = make([GESTURES[name]], text, "parks.yaml")
        except Conflict:
            continue
        inverses.append((text, change))
        text = change.text

    for before, change in reversed(inverses):
        text = apply_splices(text, change.inverse)
        assert text == before
    assert text == APP


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30
)


@given(text=WORDS)
@settings(max_examples=80, deadline=None)
def test_any_words_are_written_so_that_they_read_back(text: str) -> None:
    after = made(SetText((*FIELDS, "label", "title"), "en", text))

    assert data(after)["forms"]["tree"]["fields"]["label"]["title"] == text
    assert after.count("\n") == APP.count("\n")


REFUSED: dict[str, dict[str, Any]] = {
    "unknown": {"op": "format_disk"},
    "no map": {},
    "unknown key": {"op": "delete", "path": ["a"], "force": True},
    "missing": {"op": "set_text", "path": ["a"], "locale": "en"},
    "path of maps": {"op": "delete", "path": [{}]},
    "empty path": {"op": "delete", "path": []},
    "negative index": {"op": "delete", "path": ["a", -1]},
    "boolean index": {"op": "delete", "path": ["a", True]},
    "number for text": {"op": "rename_key", "path": ["a"], "key": 1},
    "huge place": {"op": "add_node", "flow": "f", "node": "n", "definition": {}, "x": 1e9, "y": 0},
}


@pytest.mark.parametrize("wrong", REFUSED.values(), ids=REFUSED.keys())
def test_malformed_gesture_is_refused_with_a_sentence(wrong: dict[str, Any]) -> None:
    with pytest.raises(FieldErrors) as caught:
        read_operation(wrong)

    assert all(str(one.params["message"]).endswith(".") for one in caught.value.problems)


def test_places_collide_when_one_holds_the_other() -> None:
    assert collision([("a", "b")], [("a",)]) == ("a", "b")
    assert collision([("a",)], [("a", "b")]) == ("a",)
    assert collision([("a", "b")], [("a", "c")]) is None
