"""The decision tables of the service desk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.apps.conftest import MONDAY
from tests.support.worlds import World

# All combinations in 141,712 rows of the UCI incident log; 1 is the highest of each.
RECORDED = [(1, 1, 1), (1, 2, 2), (2, 1, 2), (2, 2, 3), (2, 3, 4), (3, 1, 3), (3, 2, 4), (3, 3, 4)]
LEVELS = {1: "high", 2: "medium", 3: "low"}
PRIORITIES = {1: "critical", 2: "high", 3: "moderate", 4: "low"}


@pytest.mark.parametrize(("impact", "urgency", "priority"), RECORDED)
def test_the_priority_is_the_one_real_incidents_had(
    desk: World, impact: int, urgency: int, priority: int
):
    ana = desk.person("ana", "agent")

    ticket = desk.submit(
        ana, "ticket", subject="Slow", impact=LEVELS[impact], urgency=LEVELS[urgency]
    )

    assert desk.values("ticket", ticket)["priority"] == PRIORITIES[priority]


@pytest.mark.parametrize(
    ("impact", "urgency", "hours"),
    [("high", "high", 4), ("high", "medium", 8), ("medium", "medium", 24), ("low", "low", 72)],
)
def test_the_priority_sets_the_due_time(desk: World, impact: str, urgency: str, hours: int):
    ana = desk.person("ana", "agent")

    ticket = desk.submit(ana, "ticket", subject="Slow", impact=impact, urgency=urgency)

    assert desk.values("ticket", ticket)["due"] == MONDAY + timedelta(hours=hours)


def test_another_urgency_moves_the_due_time_counted_from_the_arrival(desk: World):
    ana = desk.person("ana", "agent")
    ticket = desk.submit(ana, "ticket", subject="Slow")
    desk.advance(hours=1)

    desk.change(ana, "ticket", ticket, urgency="high")

    assert desk.values("ticket", ticket)["due"] == MONDAY + timedelta(hours=8)
