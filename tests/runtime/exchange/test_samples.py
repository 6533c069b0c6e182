"""Real files on both databases: everything in them arrives, counted against what is known."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from engines.values import FormId
from runtime.adapters.clock import SettableClock
from runtime.exchange.importing import Report
from runtime.exchange.mapping import read_mapping
from runtime.ports import Record, RecordQuery
from tests.support.bundled import text_of
from tests.support.imports import an_import
from tests.support.stores import START, opened_store
from tests.support.worlds import World, a_world

LOGS = Path("../shared/data/eventlogs")
INCIDENTS = LOGS / "uci_incidents_2016-03_sample2000.csv"
MAPPING = Path("apps/imports/uci_incidents.yaml")

# what the file calls a priority, and the options of the form
PRIORITIES = {"1": "critical", "2": "high", "3": "moderate", "4": "low"}


KNOWLEDGE = Path("../shared/data/tickets/kb_askubuntu_webapps.json")
NORTHWIND = Path("../shared/data/apps/northwind")
ORDERS_APP = Path("apps/imports/northwind")
DATABASES = ("memory", "postgres")


@pytest.mark.slow
@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.skipif(not INCIDENTS.exists(), reason="the public sample is not beside the checkout")
def test_incidents_arrive_with_their_history_and_priority(
    request: pytest.FixtureRequest, tmp_path: Path, database: str
) -> None:
    oracle = json.loads(INCIDENTS.with_suffix(".oracle.json").read_text("utf-8"))
    with INCIDENTS.open(encoding="utf-8-sig", newline="") as file:
        recorded = {row["number"]: row["priority"] for row in csv.DictReader(file)}
    clock = SettableClock(START)
    with opened_store(database, request, tmp_path, clock=clock) as store:
        world = a_world(store, clock, text_of("service_desk"), "service_desk")

        report = an_import(world, INCIDENTS, MAPPING.read_text("utf-8")).run()

        tickets = stored(world, "ticket")
    assert report.is_whole
    assert (len(tickets), sum(one.revision for one in tickets)) == (
        oracle["cases"],
        oracle["events"],
    )
    assert Counter(one.values["status"] for one in tickets) == {
        "closed": oracle["end_activities"]["Closed"]
    }
    assert {one.values["reference"]: one.values["priority"] for one in tickets} == {
        number: PRIORITIES[text] for number, text in recorded.items()
    }


@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.skipif(not KNOWLEDGE.exists(), reason="the public sample is not beside the checkout")
def test_questions_with_an_answer_become_articles(
    request: pytest.FixtureRequest, tmp_path: Path, database: str
) -> None:
    known = json.loads(KNOWLEDGE.read_text("utf-8"))
    answered = [one for one in known if one["answer_html"]]
    mapping = Path("apps/imports/askubuntu_articles.yaml").read_text("utf-8")
    clock = SettableClock(START)
    with opened_store(database, request, tmp_path, clock=clock) as store:
        world = a_world(store, clock, text_of("service_desk"), "service_desk")

        report = an_import(world, KNOWLEDGE, mapping).run()

        articles = stored(world, "article")
    assert (report.stored, report.refused) == (report.read, len(known) - len(answered))
    assert {one.values["title"] for one in articles} == {one["question"] for one in answered}


@pytest.mark.slow
@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.skipif(not NORTHWIND.exists(), reason="the public sample is not beside the checkout")
def test_every_table_of_the_trading_company_arrives_whole(
    request: pytest.FixtureRequest, tmp_path: Path, database: str
) -> None:
    clock = SettableClock(START)
    with opened_store(database, request, tmp_path, clock=clock) as store:
        world = a_world(store, clock, text_of("orders"), "orders")

        reports = {path.stem: imported(world, path) for path in sorted(ORDERS_APP.glob("*.yaml"))}

    rows = {path.stem: rows_of(table_of(path)) for path in ORDERS_APP.glob("*.yaml")}
    assert {name: one.read["records"] for name, one in reports.items()} == rows
    assert [name for name, one in reports.items() if not one.is_whole] == []


def stored(world: World, form: str) -> list[Record]:
    """All records of a form."""
    with world.store.read() as reader:
        table = world.live.app(reader, world.app).table(FormId(form))
    return list(world.store.stream(table, RecordQuery(FormId(form))))


def imported(world: World, mapping: Path) -> Report:
    """The table of a mapping, imported."""
    return an_import(world, table_of(mapping), mapping.read_text("utf-8")).run()


def table_of(mapping: Path) -> Path:
    """The file that a mapping is for."""
    written = read_mapping(mapping.read_text("utf-8"), mapping.name)
    return NORTHWIND / written.data["source"]["file"]


def rows_of(file: Path) -> int:
    """How many rows a table has, without its heading."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        return sum(1 for row in csv.reader(text) if row) - 1
