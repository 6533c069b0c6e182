"""Real files: every incident and every change of the log arrives, counted against its oracle."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from engines.values import FormId
from runtime.adapters.clock import SettableClock
from runtime.ports import RecordQuery
from tests.support.bundled import text_of
from tests.support.imports import an_import
from tests.support.stores import START, opened_store
from tests.support.worlds import a_world

LOGS = Path("../shared/data/eventlogs")
INCIDENTS = LOGS / "uci_incidents_2016-03_sample2000.csv"
MAPPING = Path("apps/imports/uci_incidents.yaml")

# what the file calls a priority, and the options of the form
PRIORITIES = {"1": "critical", "2": "high", "3": "moderate", "4": "low"}


@pytest.mark.slow
@pytest.mark.skipif(not INCIDENTS.exists(), reason="the public sample is not beside the checkout")
def test_incidents_arrive_with_their_history_and_priority(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    oracle = json.loads(INCIDENTS.with_suffix(".oracle.json").read_text("utf-8"))
    with INCIDENTS.open(encoding="utf-8-sig", newline="") as file:
        recorded = {row["number"]: row["priority"] for row in csv.DictReader(file)}
    clock = SettableClock(START)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        world = a_world(store, clock, text_of("service_desk"), "service_desk")

        report = an_import(world, INCIDENTS, MAPPING.read_text("utf-8")).run()

        with store.read() as reader:
            table = world.live.app(reader, world.app).table(FormId("ticket"))
        tickets = list(store.stream(table, RecordQuery(FormId("ticket"))))
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
