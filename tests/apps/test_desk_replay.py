"""The public log of incidents, played through the ticket flow, against its oracle.

A sample with every run of the tests; `make soak` plays all of it.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime.adapters.clock import SettableClock
from tests.support.bundled import text_of
from tests.support.incidents import Replay, Row, figures, rows_of
from tests.support.stores import opened_store
from tests.support.worlds import a_world

INCIDENTS = Path("../shared/data/eventlogs/uci_incidents_2016-03_sample2000.csv")
PRIORITIES = {"1": "critical", "2": "high", "3": "moderate", "4": "low"}
ROLES = ("agent", "finance", "supervisor", "manager", "admin")
IS_BESIDE = pytest.mark.skipif(
    not INCIDENTS.exists(), reason="the public sample is not beside the checkout"
)
IS_SOAKED = pytest.mark.skipif("DOUGONG_SOAK" not in os.environ, reason="only make soak")


@pytest.fixture
def rows() -> list[Row]:
    return rows_of(INCIDENTS)


@pytest.fixture
def a_part(rows: list[Row]) -> list[Row]:
    """All rows of every 150th incident, and of two that were reopened."""
    numbers = sorted({row.number for row in rows})
    reopened = sorted({row.number for row in rows if row.reopenings})
    chosen = {*numbers[::150], *reopened[:2]}
    return [row for row in rows if row.number in chosen]


@pytest.fixture
def replay(request: pytest.FixtureRequest, tmp_path: Path, rows: list[Row]) -> Iterator[Replay]:
    """A desk a minute before the log begins."""
    clock = SettableClock(rows[0].at)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        desk = a_world(store, clock, text_of("service_desk"), "service_desk")
        yield Replay(desk, [desk.person(name, *ROLES) for name in ("ana", "ben")])


def counted(replay: Replay, rows: list[Row]) -> dict[str, Any]:
    """Hand-overs, reopenings and priorities of the tickets."""
    values = [replay.last(number) for number in {row.number for row in rows}]
    return {
        "handed_over": sum(one["hand_overs"] > 0 for one in values),
        "hand_overs": sum(one["hand_overs"] for one in values),
        "reopened": sum(one["reopened"] > 0 for one in values),
        "priorities": Counter(one["priority"] for one in values),
    }


@IS_BESIDE
def test_part_of_the_log_goes_through_the_flow_as_it_was(
    replay: Replay, a_part: list[Row]
) -> None:
    replay.play(a_part)

    last = {row.number: row for row in a_part}.values()
    assert figures(replay.seen) == figures(a_part)
    assert counted(replay, a_part) == {
        "handed_over": sum(row.reassignments > 0 for row in last),
        "hand_overs": sum(row.reassignments for row in last),
        "reopened": sum(row.reopenings > 0 for row in last),
        "priorities": Counter(PRIORITIES[row.priority] for row in last),
    }


@IS_BESIDE
@IS_SOAKED
def test_whole_log_goes_through_the_flow_as_its_oracle_says(
    replay: Replay, rows: list[Row]
) -> None:
    oracle = json.loads(INCIDENTS.with_suffix(".oracle.json").read_text("utf-8"))
    known = oracle["kpi_last_row_per_case"]

    replay.play(rows)

    found = figures(replay.seen)
    durations = oracle["case_duration_seconds"]
    assert found == {
        **{key: oracle[key] for key in found if key in oracle},
        "duration_mean_s": durations["mean"],
        "duration_median_s": durations["median"],
        "duration_min_s": durations["min"],
        "duration_max_s": durations["max"],
    }
    assert counted(replay, rows) == {
        "handed_over": known["reassigned_cases"],
        "hand_overs": round(known["mean_reassignments"] * oracle["cases"]),
        "reopened": known["reopened_cases"],
        "priorities": Counter({PRIORITIES[key]: one for key, one in known["priority"].items()}),
    }
