"""Edits change a text as an author would, and mean the same as on the data.

Long because every edit is tried in block and in flow style.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.diagnostics import Path
from engines.errors import BugError
from engines.source.edit import (
    Delete,
    DeleteItem,
    Edit,
    InsertItem,
    InsertKey,
    MoveItem,
    MoveKey,
    MoveTo,
    RenameKey,
    SetValue,
    apply_edits,
    apply_to_data,
    inverse,
)
from engines.source.edits import as_words
from engines.source.read import read_source
from tests.support.definition_texts import Commented, commented_texts, paths_of
from tests.support.definitions import keys, raw_data

DESK = """\
# The desk of a shop.
format: 1

# What people send us.
forms:
  # one per request
  ticket:
    title: {en: Ticket, zh: 工单}   # shown everywhere
    fields:
      subject: {type: text, required: true}
      # how it feels
      mood: {type: rating, max: 5}  # stars
      notes:
        type: long_text
        help: |
          First line.

          # not a comment
      # end of fields
    rows:
      - [high, low]   # first
      - {a: 1,
         b: 2}
      - x

  visit: {title: "Visit", options: {}}

# Last words.
"""
FIELDS: Path = ("forms", "ticket", "fields")


def changed_lines(edit: Edit, text: str = DESK) -> tuple[list[str], list[str]]:
    """(lines gone, lines new), in order."""
    before, after = text.split("\n"), apply_edits(text, [edit]).split("\n")
    gone = [line for line in before if before.count(line) > after.count(line)]
    new = [line for line in after if after.count(line) > before.count(line)]
    return gone, new


@pytest.mark.parametrize(
    ("edit", "gone", "new"),
    [
        (SetValue(("format",), 2), "format: 1", "format: 2"),
        (
            SetValue(("forms", "ticket", "title", "en"), "Request, or: so"),
            "    title: {en: Ticket, zh: 工单}   # shown everywhere",
            '    title: {en: "Request, or: so", zh: 工单}   # shown everywhere',
        ),
        (
            SetValue(("forms", "visit", "title"), "Call"),
            '  visit: {title: "Visit", options: {}}',
            '  visit: {title: "Call", options: {}}',
        ),
        (
            SetValue(("forms", "ticket", "rows", 0, 1), None),
            "      - [high, low]   # first",
            "      - [high, null]   # first",
        ),
        (
            InsertKey((*FIELDS, "mood"), "required", "yes"),
            "      mood: {type: rating, max: 5}  # stars",
            '      mood: {type: rating, max: 5, required: "yes"}  # stars',
        ),
        (
            InsertKey((*FIELDS, "mood"), "required", "yes", "type"),
            "      mood: {type: rating, max: 5}  # stars",
            '      mood: {required: "yes", type: rating, max: 5}  # stars',
        ),
        (
            InsertKey(("forms", "visit", "options"), "new", {"en": "New"}),
            '  visit: {title: "Visit", options: {}}',
            '  visit: {title: "Visit", options: {new: {en: New}}}',
        ),
        (
            Delete((*FIELDS, "mood", "type")),
            "      mood: {type: rating, max: 5}  # stars",
            "      mood: {max: 5}  # stars",
        ),
        (
            Delete((*FIELDS, "mood", "max")),
            "      mood: {type: rating, max: 5}  # stars",
            "      mood: {type: rating}  # stars",
        ),
        (
            RenameKey((*FIELDS, "mood"), "feeling"),
            "      mood: {type: rating, max: 5}  # stars",
            "      feeling: {type: rating, max: 5}  # stars",
        ),
        (
            MoveKey((*FIELDS, "mood", "max"), "type"),
            "      mood: {type: rating, max: 5}  # stars",
            "      mood: {max: 5, type: rating}  # stars",
        ),
        (
            MoveItem(("forms", "ticket", "rows", 0), 0, 1),
            "      - [high, low]   # first",
            "      - [low, high]   # first",
        ),
        (DeleteItem(("forms", "ticket", "rows"), 2), "      - x", None),
        (InsertItem(("forms", "ticket", "rows"), 3, ["a"]), None, "      - [a]"),
        (InsertItem(("forms", "ticket", "rows"), 0, "w"), None, "      - w"),
        (
            InsertKey(FIELDS, "urgent", {"type": "yes_no"}, "mood"),
            None,
            "      urgent: {type: yes_no}",
        ),
        (InsertKey(FIELDS, "urgent", {"type": "yes_no"}), None, "      urgent: {type: yes_no}"),
        (InsertKey((), "app", "desk", "forms"), None, "app: desk"),
    ],
)
def test_one_part_edited_is_one_line_changed(
    edit: Edit, gone: str | None, new: str | None
) -> None:
    removed, added = changed_lines(edit)

    assert [line for line in removed if line] == ([gone] if gone else [])
    assert [line for line in added if line] == ([new] if new else [])


def test_deleted_field_takes_only_its_own_comments() -> None:
    gone, new = changed_lines(Delete((*FIELDS, "mood")))

    assert gone == ["      # how it feels", "      mood: {type: rating, max: 5}  # stars"]
    assert new == []


def test_moved_field_brings_its_comments() -> None:
    text = apply_edits(DESK, [MoveKey((*FIELDS, "mood"), "subject")])

    assert text.split("    fields:\n")[1].startswith(
        "      # how it feels\n"
        "      mood: {type: rating, max: 5}  # stars\n"
        "      subject: {type: text, required: true}\n"
    )


def test_moved_form_keeps_its_empty_line_apart() -> None:
    text = "a:\n  x: {b: c}\n\n  # why\n  y: {b: c}\n\nz: 1\n"

    moved = apply_edits(text, [MoveKey(("a", "y"), "x")])

    assert moved == "a:\n  # why\n  y: {b: c}\n\n  x: {b: c}\n\nz: 1\n"


def test_entry_changes_its_depth_with_its_comments() -> None:
    text = "a:\n  b:\n    # why\n    c: |\n      long\n      text\n    d: 1\ne:\n  f: 2\n"

    moved = apply_edits(text, [MoveTo(("a", "b", "c"), ("e",), "c", "f")])

    assert moved == "a:\n  b:\n    d: 1\ne:\n  # why\n  c: |\n    long\n    text\n  f: 2\n"


def test_item_moves_to_another_list() -> None:
    text = "- columns:\n    - a\n    - b  # kept\n    - c\n- columns:\n    - d\n"

    moved = apply_edits(text, [MoveTo((0, "columns", 1), (1, "columns"), 0)])

    assert moved == "- columns:\n    - a\n    - c\n- columns:\n    - b  # kept\n    - d\n"


def test_literal_stays_literal_and_keeps_its_header_comment() -> None:
    text = "a:\n  help: |  # shown\n    one\n    two\n  b: 1\n"

    edited = apply_edits(text, [SetValue(("a", "help"), "three\nfour\n")])

    assert edited == "a:\n  help: |  # shown\n    three\n    four\n  b: 1\n"


def test_block_becomes_one_word_and_back() -> None:
    text = "title:  # name\n  en: Desk\n  zh: 客服\nnext: 1\n"

    word = apply_edits(text, [SetValue(("title",), "Desk")])
    block = apply_edits(word, [SetValue(("title",), "one\ntwo\n")])

    assert word == "title: Desk  # name\nnext: 1\n"
    assert block == "title: |  # name\n  one\n  two\nnext: 1\n"


def test_value_is_given_to_a_bare_key() -> None:
    text = "forms:  # none yet\nrules:\n"

    edited = apply_edits(text, [InsertKey(("forms",), "a", "b"), SetValue(("rules",), ["x"])])

    assert edited == "forms: {a: b}  # none yet\nrules: [x]\n"


def test_last_entry_deleted_leaves_an_empty_collection() -> None:
    edited = apply_edits("a:\n  b: 1\nc:\n  - d\n", [Delete(("a", "b")), DeleteItem(("c",), 0)])

    assert edited == "a: {}\nc: []\n"


def test_first_key_beside_a_dash_is_deleted_inserted_and_moved() -> None:
    text = "- a: 1\n  # b's\n  b: 2\n- c\n"

    edited = [
        apply_edits(text, [Delete((0, "a"))]),
        apply_edits(text, [InsertKey((0,), "z", "0", "a")]),
        apply_edits(text, [MoveKey((0, "a"), None)]),
        apply_edits(text, [MoveKey((0, "b"), "a")]),
    ]

    assert edited == [
        "-\n  # b's\n  b: 2\n- c\n",
        '- z: "0"\n  a: 1\n  # b\'s\n  b: 2\n- c\n',
        "-\n  # b's\n  b: 2\n  a: 1\n- c\n",
        "- # b's\n  b: 2\n  a: 1\n- c\n",
    ]


def test_setting_a_whole_map_touches_only_what_differs() -> None:
    old = "a:\n  # one\n  x: 1\n  # two\n  y: [p, q]  # list\n  z: 3\n"
    new = {"y": ["p", "r", "q"], "x": "1", "w": "4"}

    edited = apply_edits(old, [SetValue(("a",), new)])

    assert edited == 'a:\n  # two\n  y: [p, r, q]  # list\n  # one\n  x: 1\n  w: "4"\n'


def test_windows_line_breaks_are_kept() -> None:
    edited = apply_edits("a: 1\r\nb: 2\r\n", [InsertKey((), "c", 3)])

    assert edited == "a: 1\r\nb: 2\r\nc: 3\r\n"


def test_quotes_of_the_author_are_kept() -> None:
    text = "a: 'x'\nb: \"x\"\nc: x\n"
    edits = [SetValue((key,), "it's \\ here") for key in "abc"]

    assert apply_edits(text, edits) == (
        "a: 'it''s \\ here'\nb: \"it's \\\\ here\"\nc: it's \\ here\n"
    )


@pytest.mark.parametrize(
    "edit",
    [
        SetValue(("nowhere", "at", "all"), 1),
        Delete(("nowhere",)),
        InsertKey((), "format", 1),
        MoveKey(("nowhere",), None),
        RenameKey(("nowhere",), "x"),
    ],
)
def test_edit_that_does_not_fit_is_our_own_mistake(edit: Edit) -> None:
    with pytest.raises((BugError, KeyError)):
        apply_edits("format: 1\n", [edit])


def edits_for(data: Any) -> st.SearchStrategy[Edit]:
    """Any edit that fits the data."""
    paths = list(paths_of(data))
    maps = [(path, value) for path, value in paths if isinstance(value, dict)]
    lists = [(path, value) for path, value in paths if isinstance(value, list)]
    entries = [((*path, key), value) for path, value in maps for key in value]
    items = [(path, value) for path, value in lists if value]
    choices: list[st.SearchStrategy[Edit]] = [
        st.builds(SetValue, st.sampled_from([path for path, _ in paths]), raw_data)
    ]
    if maps:
        choices.append(st.sampled_from(maps).flatmap(_insert_key))
    if entries:
        choices.append(st.builds(Delete, st.sampled_from([path for path, _ in entries])))
        choices.append(st.sampled_from(maps_with_keys(maps)).flatmap(_rename))
        choices.append(st.sampled_from(maps_with_keys(maps)).flatmap(_move_key))
        choices.append(st.sampled_from(entries).flatmap(lambda one: _move_to(data, one[0])))
    if lists:
        choices.append(st.sampled_from(lists).flatmap(_insert_item))
    if items:
        choices.append(st.sampled_from(items).flatmap(_delete_item))
        choices.append(st.sampled_from(items).flatmap(_move_item))
        choices.append(st.sampled_from(items).flatmap(lambda one: _move_to(data, (*one[0], 0))))
    return st.one_of(choices)


def maps_with_keys(maps: list[tuple[Path, dict[str, Any]]]) -> list[tuple[Path, dict[str, Any]]]:
    return [(path, value) for path, value in maps if value]


def _insert_key(place: tuple[Path, dict[str, Any]]) -> st.SearchStrategy[Edit]:
    path, value = place
    fresh = keys.filter(lambda key: key not in value) | st.just("fresh")
    return st.builds(InsertKey, st.just(path), fresh, raw_data, st.sampled_from([None, *value]))


def _rename(place: tuple[Path, dict[str, Any]]) -> st.SearchStrategy[Edit]:
    path, value = place
    fresh = keys.filter(lambda key: key not in value) | st.just("fresh")
    return st.builds(RenameKey, st.sampled_from([(*path, key) for key in value]), fresh)


def _move_key(place: tuple[Path, dict[str, Any]]) -> st.SearchStrategy[Edit]:
    path, value = place
    return st.sampled_from(list(value)).flatmap(
        lambda key: st.builds(
            MoveKey,
            st.just((*path, key)),
            st.sampled_from([None, *(other for other in value if other != key)]),
        )
    )


def _insert_item(place: tuple[Path, list[Any]]) -> st.SearchStrategy[Edit]:
    path, value = place
    return st.builds(InsertItem, st.just(path), st.integers(0, len(value)), raw_data)


def _delete_item(place: tuple[Path, list[Any]]) -> st.SearchStrategy[Edit]:
    path, value = place
    return st.builds(DeleteItem, st.just(path), st.integers(0, len(value) - 1))


def _move_item(place: tuple[Path, list[Any]]) -> st.SearchStrategy[Edit]:
    path, value = place
    index = st.integers(0, len(value) - 1)
    return st.builds(MoveItem, st.just(path), index, index)


def _move_to(data: Any, path: Path) -> st.SearchStrategy[Edit]:
    rest = apply_to_data(data, Delete(path))
    targets: list[MoveTo] = []
    for parent, value in paths_of(rest):
        if isinstance(value, dict):
            key = str(path[-1]) if str(path[-1]) not in value else "fresh"
            targets.extend(
                MoveTo(path, parent, key, before) for before in [None, *value] if key not in value
            )
        elif isinstance(value, list):
            targets.extend(MoveTo(path, parent, index) for index in range(len(value) + 1))
    return st.sampled_from(targets)


@settings(max_examples=150, deadline=None)
@given(st.data(), commented_texts)
def test_edit_of_the_text_is_the_edit_of_the_data(draw: st.DataObject, given_: Commented) -> None:
    data = read_source(given_.text, "a.yaml").data
    edit = draw.draw(edits_for(data))

    edited = apply_edits(given_.text, [edit])

    expected = as_words(apply_to_data(data, edit))
    assert repr(read_source(edited, "a.yaml").data) == repr(expected)


@settings(max_examples=100, deadline=None)
@given(st.data(), commented_texts)
def test_comments_of_other_parts_stay(draw: st.DataObject, given_: Commented) -> None:
    data = read_source(given_.text, "a.yaml").data
    edit = draw.draw(edits_for(data).filter(lambda one: not isinstance(one, MoveTo)))

    edited = apply_edits(given_.text, [edit])

    touched = _touched(edit)
    lost = [
        path
        for path, comment in given_.comments
        if comment not in edited and path[: len(touched)] != touched
    ]
    assert lost == []


@given(st.data(), raw_data)
def test_every_edit_can_be_taken_back(draw: st.DataObject, data: Any) -> None:
    edit = draw.draw(edits_for(data))

    back = apply_to_data(apply_to_data(data, edit), inverse(edit, data))

    assert repr(back) == repr(data)


def _touched(edit: Edit) -> Path:
    match edit:
        case SetValue(path) | Delete(path) | RenameKey(path) | MoveKey(path):
            return path
        case DeleteItem(parent, index):
            return (*parent, index)
        case InsertKey(parent) | InsertItem(parent) | MoveItem(parent) | MoveTo(parent):
            return (*parent, "nothing below")


@pytest.mark.parametrize(
    ("text", "edit", "expected"),
    [
        ("? a\n: 1\nb: 2  # c\n", SetValue(("a",), "x"), "a: x\nb: 2  # c\n"),
        ("a: [b: 1, c]\n# d\n", InsertKey(("a", 0), "e", "x"), "a: [{b: 1, e: x}, c]\n# d\n"),
        ('a: {"b":1}\n# d\n', RenameKey(("a", "b"), "c"), "a: {c: 1}\n# d\n"),
    ],
    ids=["explicit key", "pair without braces", "colon without a space"],
)
def test_unusual_style_is_rewritten_no_wider_than_needed(
    text: str, edit: Edit, expected: str
) -> None:
    assert apply_edits(text, [edit]) == expected
