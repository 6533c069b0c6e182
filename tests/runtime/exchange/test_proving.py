"""What an import proves: a value that did not arrive as the file has it is found out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engines.values import Value
from runtime.commands import Actor, ImportRecords
from runtime.handlers.outcome import Outcome
from tests.support.imports import an_import
from tests.support.worlds import World

MAPPING = """\
import: 1
app: shop
form: order
columns:
  subject: subject
  amount: amount
  wanted: wanted_on
  colours: {field: colours, split: ";"}
"""
MANY = 20
ROWS = "subject,amount,wanted,colours\n" + "".join(
    f"Lamp {number},{number}.50,2026-03-{number:02},red;blue\n" for number in range(1, MANY + 1)
)
MIDDLE = 7  # the record of a chunk that comes to harm

Harm = Callable[[ImportRecords], ImportRecords]


class LossyBus:
    """The world's bus, with something wrong between the file and the database."""

    def __init__(self, world: World, harm: Harm) -> None:
        self._bus, self._harm = world.bus, harm

    def execute(self, command: ImportRecords, actor: Actor) -> Outcome:
        harmed = command if command.block is None else self._harm(command)
        return self._bus.execute(harmed, actor)


class LossyWorld:
    """The world as an import needs it, behind that bus."""

    def __init__(self, world: World, harm: Harm) -> None:
        self.bus = LossyBus(world, harm)
        self.store, self.live, self.clock = world.store, world.live, world.clock


def _nothing(command: ImportRecords) -> ImportRecords:
    return command


def _swapped(command: ImportRecords) -> ImportRecords:
    assert command.block is not None
    first, second, *others = command.block.columns["subject"]
    columns = {**command.block.columns, "subject": [second, first, *others]}
    return replace(command, block=replace(command.block, columns=columns))


def _vanished(command: ImportRecords) -> ImportRecords:
    assert command.block is not None
    made_at = (*command.made_at[:MIDDLE], *command.made_at[MIDDLE + 1 :])
    return replace(command, block=command.block.without({MIDDLE}), made_at=made_at)


def _with(field: str, value: Value) -> Harm:
    """One value of one record is another."""

    def harm(command: ImportRecords) -> ImportRecords:
        assert command.block is not None
        column = list(command.block.columns[field])
        column[MIDDLE] = value
        columns = {**command.block.columns, field: column}
        return replace(command, block=replace(command.block, columns=columns))

    return harm


@pytest.mark.parametrize(
    ("harm", "is_whole", "stored"),
    [
        (_nothing, True, MANY),
        (_swapped, False, MANY),
        (_vanished, False, MANY - 1),
        (_with("wanted_on", None), False, MANY),
        (_with("amount", Decimal("8.49")), False, MANY),
        (_with("colours", ["red"]), False, MANY),
        (_with("note", "not of the file"), False, MANY),
    ],
    ids=["nothing", "swapped", "vanished", "lost", "rounded", "shortened", "added"],
)
def test_what_did_not_arrive_as_it_was_read_is_found_out(
    world: World, tmp_path: Path, harm: Harm, stored: int, *, is_whole: bool
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(ROWS, "utf-8")
    lossy: Any = LossyWorld(world, harm)

    report = an_import(lossy, file, MAPPING).run()

    assert report.is_whole is is_whole
    assert report.read["records"] == MANY
    assert report.stored is not None
    assert report.stored["records"] == stored
