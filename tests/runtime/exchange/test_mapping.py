"""Mapping files: everything that is wrong with one is said at once, with its line."""

from __future__ import annotations

import pytest

from engines.errors import DefinitionError
from engines.values import AppId
from runtime.exchange.mapping import linked_mapping, read_mapping
from tests.support.worlds import World

HEAD = "import: 1\napp: shop\nform: order\n"


def wrong_with(world: World, text: str) -> list[str]:
    with world.store.read() as reader:
        app = world.live.app(reader, AppId("shop"))
    try:
        linked_mapping(read_mapping(text, "m.yaml"), app)
    except DefinitionError as error:
        return [str(one) for one in error.diagnostics]
    return []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "import: 1\napp: shop\nform: ordr\ncolumns: {a: b}\n",
            "m.yaml:3: form: unknown form 'ordr'. Did you mean 'order'? [M001]",
        ),
        (
            HEAD + "columns: {a: subjct}\n",
            "m.yaml:4: columns.a: form 'order' has no field 'subjct'. "
            "Did you mean 'subject'? [M002]",
        ),
        (
            HEAD + "columns: {a: is_big}\n",
            "m.yaml:4: columns.a: field 'is_big' is made by the system or by an expression. "
            "Leave the column out. [M003]",
        ),
        (
            HEAD + "columns: {a: {field: subject, lookup: code}}\n",
            "m.yaml:4: columns.a: field 'subject' links to no form. Remove 'lookup'. [M004]",
        ),
        (
            HEAD + "columns: {a: buyer}\n",
            "m.yaml:4: columns.a: field 'buyer' links to 'buyer', but not by which field. "
            "Write lookup: with the field that the file's text stands in. [M005]",
        ),
        (
            HEAD + "columns: {a: {field: buyer, lookup: secret}}\n",
            "m.yaml:4: columns.a: nothing can be looked up by 'secret' in 'buyer'. "
            "Write one of id, code, name, phone, level, inner. [M006]",
        ),
        (
            HEAD + "columns: {a: subject, b: subject}\n",
            "m.yaml:4: columns.b: field 'subject' is filled twice. Leave one of them out. [M007]",
        ),
        (
            HEAD + "time_zone: Mars/Base\ncolumns: {a: subject}\n",
            "m.yaml:4: time_zone: unknown zone 'Mars/Base'. "
            "Write a name such as Asia/Shanghai or UTC. [M008]",
        ),
    ],
    ids=lambda value: value[-5:-1] if value.endswith("]") else "",
)
def test_a_mapping_that_does_not_fit_says_where_and_what_to_write(
    small_world: World, text: str, said: str
) -> None:
    assert wrong_with(small_world, text) == [said]


def test_all_mistakes_are_said_at_once_in_file_order(small_world: World) -> None:
    text = HEAD + "columns:\n  a: subjct\n  b: buyer\nset: {is_big: yes}\n"

    assert [one[-5:-1] for one in wrong_with(small_world, text)] == ["M002", "M005", "M003"]


def test_a_key_that_no_mapping_has_is_refused(small_world: World) -> None:
    (said,) = wrong_with(small_world, HEAD + "columns: {a: subject}\ncolumn: x\n")

    assert "columns" in said
