"""Imports: what a file becomes, what is refused and why, and going on after a kill."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engines.errors import Conflict, NotAllowed
from engines.values import FormId, RecordId
from runtime.commands import SYSTEM, Actor
from runtime.exchange.source import UnreadableFile
from runtime.ports import Record, RecordQuery
from tests.support.imports import an_import
from tests.support.worlds import World

BUYERS = "import: 1\napp: shop\nform: buyer\ncolumns: {code: code, name: name, level: level}\n"
ORDERS = """\
import: 1
app: shop
form: order
blank: ["-"]
columns:
  subject: subject
  buyer: {field: buyer, lookup: code}
  amount: amount
  wanted: {field: wanted_on, format: "%d.%m.%Y"}
  seen: {field: seen_at, format: "%d.%m.%Y %H:%M"}
  state: {field: state, map: {O: open, D: done}}
  colours: colours
  note: {field: note, html: true}
  closed: closed
created_at: {column: made, format: "%d.%m.%Y"}
"""
ORDER_HEAD = "subject,buyer,amount,wanted,seen,state,colours,note,closed,made\n"
HISTORY = """\
import: 1
app: shop
form: order
columns: {no: number, subject: subject, state: {field: state, map: {new: open, end: done}}}
history: {by: no, at: at}
"""


def a_file(folder: Path, text: str, name: str = "rows.csv") -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


def records(world: World, form: str) -> list[Record]:
    """All records of a form, oldest first."""
    with world.store.read() as reader:
        table = world.live.app(reader, world.app).table(FormId(form))
    found = world.store.stream(table, RecordQuery(FormId(form)))
    return sorted(found, key=lambda one: one.id)


def events(world: World, form: str, record: RecordId) -> list[tuple[str, datetime]]:
    """Kind and time of a record's events, oldest first."""
    with world.store.read() as reader:
        found = reader.events.of_record(world.app, FormId(form), record)
    return [(one.kind, one.occurred_at) for one in reversed(found)]


def buyers(world: World, folder: Path) -> None:
    file = a_file(folder, "code,name,level\nB1,Ann,gold\nB2,Bo,plain\n", "buyers.csv")
    assert an_import(world, file, BUYERS).run().is_whole


def test_cells_become_values_by_the_controls_of_the_form(world: World, tmp_path: Path) -> None:
    buyers(world, tmp_path)
    row = 'Lamp,B1,120.5,31.03.2026,01.03.2026 14:30,D,red; blue,"<p>a<br>b</p>",yes,01.02.2026\n'

    report = an_import(world, a_file(tmp_path, ORDER_HEAD + row), ORDERS).run()

    (order,) = records(world, "order")
    assert report.is_whole
    assert order.created_at == datetime(2026, 2, 1, tzinfo=UTC)
    assert order.values == {
        "number": "O0001",
        "subject": "Lamp",
        "buyer": records(world, "buyer")[0].id,
        "amount": Decimal("120.50"),
        "is_big": True,
        "is_gold": True,
        "state": "done",
        "wanted_on": date(2026, 3, 31),
        "seen_at": datetime(2026, 3, 1, 14, 30, tzinfo=UTC),
        "colours": ["red", "blue"],
        "note": "a\nb",
        "closed": "yes",
    }


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        (",-,1,,,O,,,,01.02.2026", "subject", "", "Fill this in."),
        ("Lamp,B9,1,,,O,,,,01.02.2026", "buyer", "B9", "No buyer has this code, or several have."),
        ("Lamp,,x,,,O,,,,01.02.2026", "amount", "x", "Enter a number"),
        ("Lamp,,-1,,,O,,,,01.02.2026", "amount", "-1", "0"),
        ("Lamp,,1,2026-03-31,,O,,,,01.02.2026", "wanted", "2026-03-31", "date"),
        ("Lamp,,1,,,X,,,,01.02.2026", "state", "X", "Choose one of the options."),
        ("Lamp,,1,,,O,green,,,01.02.2026", "colours", "green", "Choose"),
        ("Lamp,,1,,,O,,,,soon", "made", "soon", "time"),
        ("A name of more than twenty,,1,,,O,,,,01.02.2026", "subject", "A name", "20"),
    ],
    ids=["empty", "link", "number", "limit", "date", "word", "list", "moment", "length"],
)
def test_a_row_is_refused_with_row_column_value_and_reason(
    small_world: World, tmp_path: Path, row: str, column: str, value: str, reason: str
) -> None:
    good = "Chair,-,5,,,O,,,,01.02.2026\n"
    importing = an_import(small_world, a_file(tmp_path, ORDER_HEAD + good + row + "\n"), ORDERS)

    report = importing.run()

    (problem,) = importing.problems
    assert (problem.row, problem.column) == (3, column)
    assert problem.value.startswith(value)
    assert reason in problem.reason
    assert (report.refused, report.read["records"]) == (1, 1)
    assert [one.values["subject"] for one in records(small_world, "order")] == ["Chair"]


def test_a_dry_run_says_the_same_and_stores_nothing(small_world: World, tmp_path: Path) -> None:
    text = ORDER_HEAD + "Chair,-,5,,,O,,,,01.02.2026\n,-,5,,,O,,,,01.02.2026\n"
    importing = an_import(small_world, a_file(tmp_path, text), ORDERS)

    report = importing.run(is_dry_run=True)

    assert (report.refused, report.read["records"], len(importing.problems)) == (1, 1, 1)
    assert records(small_world, "order") == []


def test_rows_of_one_key_become_a_record_with_its_changes(world: World, tmp_path: Path) -> None:
    text = "no,subject,state,at\nA7,Lamp,new,2026-01-01T08:00\nA7,Lamp,end,2026-01-03T09:00\n"

    report = an_import(world, a_file(tmp_path, text), HISTORY).run()

    (order,) = records(world, "order")
    assert report.is_whole
    assert (order.values["number"], order.values["state"], order.revision) == ("A7", "done", 2)
    assert events(world, "order", order.id) == [
        ("RecordCreated", datetime(2026, 1, 1, 8, tzinfo=UTC)),
        ("RecordChanged", datetime(2026, 1, 3, 9, tzinfo=UTC)),
    ]


def test_rows_of_one_key_must_stand_together(small_world: World, tmp_path: Path) -> None:
    rows = [f"{key},Lamp,new,2026-01-01T08:00" for key in ("A1", "B2", "A1")]
    text = "\n".join(["no,subject,state,at", *rows])

    with pytest.raises(UnreadableFile, match="Row 4: the rows of 'A1' do not stand together"):
        an_import(small_world, a_file(tmp_path, text), HISTORY).run()


@pytest.mark.parametrize(
    ("rules", "state", "tasks"),
    [("off", "open", 0), ("set_only", "done", 0), ("full", "done", 1)],
)
def test_an_import_runs_the_rules_it_was_told_to(
    world: World, tmp_path: Path, rules: str, state: str, tasks: int
) -> None:
    buyers(world, tmp_path)
    head = world.person("hal", "head")
    text = ORDER_HEAD + "Lamp,B1,5,,,O,,,,01.02.2026\n"

    an_import(world, a_file(tmp_path, text), ORDERS, rules=rules).run()

    (order,) = records(world, "order")
    assert order.values["state"] == state
    assert len(world.tasks(head, "pool")) == tasks


def test_a_value_that_must_be_unique_is_taken_once(world: World, tmp_path: Path) -> None:
    buyers(world, tmp_path)
    text = "code,name,level\nB2,Again,plain\nB3,Cy,plain\nB3,Dee,plain\n"
    importing = an_import(world, a_file(tmp_path, text), BUYERS)

    importing.run()

    assert [(one.row, one.value) for one in importing.problems] == [(2, "B2"), (4, "B3")]


class Killed(BaseException):
    """Stands for the kill of the process between two commands."""


class MortalBus:
    """The world's bus, until it has carried out so many commands."""

    def __init__(self, world: World, lives: int) -> None:
        self._bus = world.bus
        self._lives = lives

    def execute(self, command: Any, actor: Actor) -> Any:
        if self._lives == 0:
            raise Killed
        self._lives -= 1
        return self._bus.execute(command, actor)


class Mortal:
    """The world in a process that will be killed."""

    def __init__(self, world: World, lives: int) -> None:
        self.bus = MortalBus(world, lives)
        self.store, self.live, self.clock = world.store, world.live, world.clock


@pytest.mark.parametrize("lives", [0, 1, 2])
def test_a_killed_import_goes_on_where_it_was(world: World, tmp_path: Path, lives: int) -> None:
    text = "code,name,level\n" + "".join(f"C{n},Name {n},plain\n" for n in range(180))
    importing = an_import(world, a_file(tmp_path, text), BUYERS)
    dying = an_import(Mortal(world, lives), a_file(tmp_path, text), BUYERS)  # type: ignore[arg-type]
    with pytest.raises(Killed):
        dying.run()

    report = importing.run()

    assert report.resumed_at == 0 if lives == 0 else report.resumed_at > 1
    assert report.is_whole
    assert report.stored == report.read
    assert [one.values["name"] for one in records(world, "buyer")] == [
        f"Name {n}" for n in range(180)
    ]


def test_a_file_is_not_imported_twice_by_accident(small_world: World, tmp_path: Path) -> None:
    buyers(small_world, tmp_path)

    with pytest.raises(Conflict, match="--again"):
        buyers(small_world, tmp_path)


def test_an_import_that_an_earlier_version_began_is_refused(
    small_world: World, tmp_path: Path
) -> None:
    importing = an_import(small_world, a_file(tmp_path, "code,name,level\nB1,Ann,gold\n"), BUYERS)
    run, state = importing.run(is_dry_run=True).run, {"done": 2, "started_ms": 1}
    small_world.store.run(lambda unit: unit.registry.save_run(run, "import", state, unit.now))

    with pytest.raises(Conflict, match="earlier version"):
        importing.run()

    assert records(small_world, "buyer") == []


def test_a_record_changed_behind_the_back_of_an_import_is_found_out(
    small_world: World, tmp_path: Path
) -> None:
    text = "code,name,level\n" + "".join(f"C{n},Name {n},plain\n" for n in range(60))
    file = a_file(tmp_path, text)
    dying = an_import(Mortal(small_world, 1), file, BUYERS)  # type: ignore[arg-type]
    with pytest.raises(Killed):
        dying.run()
    small_world.change(SYSTEM, "buyer", records(small_world, "buyer")[0].id, name="Forged")

    report = an_import(small_world, file, BUYERS).run()

    assert not report.is_whole
    assert report.stored is not None
    assert report.stored["records"] == report.read["records"] == 60
    assert report.stored["sha256"] != report.read["sha256"]


def test_an_import_needs_the_right_to_import(small_world: World, tmp_path: Path) -> None:
    clerk = small_world.person("cleo", "clerk")
    file = a_file(tmp_path, "code,name,level\nB1,Ann,gold\n")

    with pytest.raises(NotAllowed):
        an_import(small_world, file, BUYERS).run(actor=clerk)


def test_columns_the_file_has_not_are_named(small_world: World, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no column 'code', 'level'"):
        an_import(small_world, a_file(tmp_path, "name\nAnn\n"), BUYERS).run()
