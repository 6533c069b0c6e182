"""The short way of plain rows comes to what a submit says of every row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder.cli.words import problem_sentence
from engines.form.reading import Reading
from engines.values import AppId, FormId
from runtime.adapters.clock import SettableClock
from runtime.commands import SYSTEM, CreateRecord
from runtime.exchange.columns import columns_of
from runtime.exchange.intake import Intake
from runtime.exchange.judging import Judge
from runtime.exchange.mapping import linked_mapping, read_mapping
from runtime.exchange.row_ids import RowIds
from runtime.exchange.sifting import Sieve, Sifted
from runtime.exchange.source import Batch
from tests.support.stores import opened_store
from tests.support.worlds import World, a_world

APP = """\
format: 1
app: plain
title: Plain
time_zone: Europe/Madrid
currency: EUR
roles: {clerk: {title: Clerk}}
forms:
  buyer:
    title: Buyer
    fields: {code: {type: text}}
  thing:
    title: Thing
    fields:
      number: {type: serial, pattern: "T{0001}"}
      name: {type: text, required: true, max_length: 8, pattern: "[A-Za-z ]+"}
      code: {type: text, unique: true}
      story: {type: textarea, max_length: 10}
      mail: {type: email}
      call: {type: phone}
      home: {type: url}
      count: {type: integer, min: 1, max: 50}
      price: {type: decimal, scale: 2, min: 0}
      cost: {type: currency}
      born: {type: date, min: 2020-01-01}
      seen: {type: datetime}
      took: {type: duration}
      state: {type: select, options: {new: New, old: {title: Old, retired: true}}, default: new}
      marks: {type: multi_select, options: {a: A, b: B}}
      ready: {type: checkbox, required: true}
      words: {type: tags}
      stars: {type: rating}
      branch: {type: tree_select, options: {top: {title: Top, options: {leaf: Leaf}}}}
      buyer: {type: link, form: buyer}
      secret: {type: text, encrypted: true}
"""
TEXTS = {
    "number": ["", "T9", "  T10 ", "bad\x07"],
    "name": ["Ann", "Bo B", "", " ", "too long a name", "no 1", "Ann"],
    "code": ["", "X1", "X2", "X3", "y"],
    "story": ["", "a\r\nb", "x" * 11, "ok", "\x00"],
    "mail": ["", "ana@example.org", "Ana@EXAMPLE.org", "nobody"],
    "call": ["", "+34 911 234 567", "12", "x"],
    "home": ["", "https://example.org", "javascript:1", "x"],
    "count": ["", "1", "50", "51", "0", "1.0", "1.5", "٣", "x"],
    "price": ["", "1", "1.50", "1.505", "-1", "9" * 30],
    "cost": ["", "9.90", "9.90 EUR", "1 USD", "x"],
    "born": ["", "2024-02-29", "2023-02-29", "1999-01-01", "soon"],
    "seen": ["", "2024-02-29 10:00", "2024-03-31 02:30", "2024-02-29", "x"],
    "took": ["", "4h", "90s", "x"],
    "state": ["", "new", "New", "old", "lost", "-"],
    "marks": ["", "a", "a; b", "a; a", "c"],
    "ready": ["yes", "true", "on", "", "false", "maybe"],
    "words": ["", "one, two", "One; one"],
    "stars": ["", "3", "9", "x"],
    "branch": ["", "leaf", "top", "x"],
    "buyer": ["", "B1", "B2", "B9"],
    "secret": ["", "gold"],
    "made": ["2024-01-01T00:00", "2024-01-01", "", "never"],
}
MAPPING = """\
import: 1
app: plain
form: thing
blank: ["-"]
columns:
  buyer: {field: buyer, lookup: code}
""" + "".join(f"  {name}: {name}\n" for name in TEXTS if name not in ("buyer", "made"))
GOOD = {"name": "Ann", "ready": "true", "made": "2024-01-01T00:00"}


def a_row() -> st.SearchStrategy[list[str]]:
    """A row of which most cells could be taken, so that some rows as a whole can."""
    cells = [
        st.sampled_from([GOOD.get(name, texts[1])] * 8 + texts) for name, texts in TEXTS.items()
    ]
    return st.tuples(*cells).map(list)


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[World]:
    clock = SettableClock(datetime(2026, 3, 2, tzinfo=UTC))
    folder: Path = tmp_path_factory.mktemp("intake")
    with opened_store("memory", request, folder, clock=clock) as store:
        made = a_world(store, clock, APP, "plain")
        for code in ("B1", "B2"):
            made.do(CreateRecord(AppId("plain"), FormId("buyer"), {"code": code}), SYSTEM)
        yield made


def sifted(
    world: World, mapping: str, rows: Sequence[Sequence[str]], *, short: bool
) -> list[Sifted]:
    with world.store.read() as reader:
        app = world.live.app(reader, world.app)
        linked = linked_mapping(read_mapping(mapping, "mapping.yaml"), app)
        form = replace(app.form(linked.form), readonly=())
        columns = columns_of(linked, list(TEXTS), form)
        ids = RowIds("run", 1_700_000_000_000)
        judge = Judge(app, form, linked, columns, world.clock, problem_sentence, ids.of)
        intake = Intake(form, columns, Reading(linked.zone))
        assert intake.is_able
        intake.is_able = short
        judge.form = judge.form if short else form
        sieve = Sieve(judge, ids, intake)
        batch = Batch(range(2, len(rows) + 2), list(zip(*rows, strict=True)))
        middle = len(rows) // 2
        parts = (batch.part(0, middle), batch.part(middle))
        return [sieve.rows(reader, part) for part in parts if part.numbers]


@given(rows=st.lists(a_row(), min_size=1, max_size=12))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.parametrize(
    "mapping",
    [
        MAPPING,
        MAPPING + "created_at: {column: made}\n",
        MAPPING.replace("  state: state\n", "") + "set: {state: new}\n",
        MAPPING.replace('blank: ["-"]\n', "time_zone: UTC\n"),
    ],
    ids=["plain", "dated", "set", "as written"],
)
def test_rows_are_judged_the_same_with_and_without_the_short_way(
    world: World, mapping: str, rows: list[list[str]]
) -> None:
    short = sifted(world, mapping, rows, short=True)

    assert short == sifted(world, mapping, rows, short=False)


def test_days_alone_are_midnights_among_instants(world: World) -> None:
    mapping = MAPPING.replace('blank: ["-"]\n', "time_zone: UTC\n")
    written = ("2024-02-29 10:00", "2024-02-29", "", "2024-02-29 10:00:30.5")
    rows = [[{**GOOD, "seen": one}.get(name, "") for name in TEXTS] for one in written]

    parts = sifted(world, mapping, rows, short=True)

    seen = [value for part in parts for value in part.block.columns["seen"]]
    times = [datetime(2024, 2, 29, *at, tzinfo=UTC) for at in ((10,), (0,), (10, 0, 30, 500_000))]
    assert seen == [times[0], times[1], None, times[2]]


def test_a_good_row_needs_no_submit(world: World) -> None:
    cells = [GOOD.get(name, texts[1]) for name, texts in TEXTS.items()]

    (one,) = sifted(world, MAPPING, [cells], short=True)

    assert (one.problems, one.refused) == ((), 0)
    (values,) = one.block.rows()
    assert values["marks"] == ["a"]
    assert values["buyer"] is not None
