"""Repairs, visits, warranty claims and leaves: the flows, each walked to its ends.

Long because four flows stand here, which share people and steps.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engines.errors import FieldErrors
from engines.values import FormId, RecordId, UserId
from runtime.commands import Actor, CompleteTask
from tests.apps.conftest import MONDAY
from tests.support.bundled import data_of
from tests.support.worlds import World

PEOPLE = ("agent", "engineer", "quality", "rnd", "finance", "supervisor", "manager", "executive")
KETTLE = {"model": "kettle", "serial_number": "K-1", "fault": "display", "bought_for": 200}
EXAMINED = {"finding": "The display is dark.", "cost": 40, "part_in_stock": True}


@pytest.fixture
def crew(desk: World) -> dict[str, Actor]:
    """One person for each role."""
    return {role: desk.person(role, role) for role in PEOPLE}


@pytest.fixture
def customer(desk: World, crew: dict[str, Actor]) -> RecordId:
    return desk.submit(crew["supervisor"], "customer", name="Kim", email="kim@example.org")


def money(answers: dict[str, Any]) -> dict[str, Any]:
    """Amounts as a form sends them."""
    return {
        key: {"amount": one, "currency": "CNY"} if key in ("cost", "bought_for", "worth") else one
        for key, one in answers.items()
    }


def open_nodes(desk: World, form: str, record: RecordId) -> list[str]:
    with desk.store.read() as reader:
        tasks = reader.instances.tasks_on(desk.app, FormId(form), record)
    return sorted(task.node for task in tasks if task.state == "open")


def act(desk: World, person: Actor, node: str, outcome: str, **answers: Any) -> None:
    """Somebody finishes the open task of a node."""
    tasks = [*desk.tasks(person), *desk.tasks(person, "pool")]
    task = next(one for one in tasks if one.node == node)
    command = CompleteTask(desk.app, task.id, outcome, money(answers), comment="As it is.")
    desk.do(command, person)


def test_repair_decides_seventeen_times() -> None:
    nodes = data_of("service_desk")["flows"]["repair_order"]["nodes"]

    assert [one["type"] for one in nodes.values()].count("choice") == 17


@pytest.mark.parametrize(
    ("answers", "node"),
    [
        pytest.param({"serial_number": ""}, "ask_details", id="details missing"),
        pytest.param({"fault": "smell"}, "exchange", id="recalled"),
        pytest.param({"fault": "leak"}, "examine", id="leak, nobody hurt"),
        pytest.param({"fault": "leak", "is_hurt": True}, "exchange", id="leak, somebody hurt"),
        pytest.param({"fault": "switch"}, "help_at_a_distance", id="kettle at a distance"),
        pytest.param({"fault": "display"}, "examine", id="kettle on the bench"),
        pytest.param(
            {"model": "scale", "fault": "battery"}, "help_at_a_distance", id="scale at a distance"
        ),
        pytest.param({"model": "scale", "fault": "display"}, "examine", id="scale on the bench"),
        pytest.param(
            {"model": "printer", "fault": "jam"}, "help_at_a_distance", id="printer at a distance"
        ),
        pytest.param({"model": "printer", "fault": "skips"}, "examine", id="printer on the bench"),
    ],
)
def test_device_and_fault_say_where_a_repair_begins(
    desk: World, crew: dict[str, Actor], customer: RecordId, answers: dict[str, Any], node: str
) -> None:
    repair = desk.submit(
        crew["agent"], "repair_order", customer=customer, **money({**KETTLE, **answers})
    )

    assert open_nodes(desk, "repair_order", repair) == [node]


@pytest.mark.parametrize(
    ("answers", "examined", "node"),
    [
        pytest.param({}, {"is_misuse": True}, "quote", id="misuse"),
        pytest.param({"bought_on": "2020-01-01"}, {}, "quote", id="out of warranty"),
        pytest.param({"bought_on": "2026-01-01"}, {}, "ask_receipt", id="without receipt"),
        pytest.param(
            {"bought_on": "2026-01-01", "has_receipt": True}, {}, "mend", id="in warranty"
        ),
        pytest.param(
            {"bought_on": "2026-01-01", "has_receipt": True},
            {"part_in_stock": False},
            "order_part",
            id="part missing",
        ),
        pytest.param(
            {"bought_on": "2026-01-01", "has_receipt": True},
            {"repaired_before": 2},
            "exchange",
            id="repaired before",
        ),
        pytest.param(
            {"bought_on": "2026-01-01", "has_receipt": True},
            {"cost": 150},
            "exchange",
            id="not worth it",
        ),
    ],
)
def test_warranty_and_finding_say_what_becomes_of_a_device(
    desk: World,
    crew: dict[str, Actor],
    customer: RecordId,
    answers: dict[str, Any],
    examined: dict[str, Any],
    node: str,
) -> None:
    given = money({**KETTLE, **answers})
    repair = desk.submit(crew["agent"], "repair_order", customer=customer, **given)

    act(desk, crew["engineer"], "examine", "examined", **{**EXAMINED, **examined})

    assert open_nodes(desk, "repair_order", repair) == [node]


def test_goodwill_is_shown_to_a_vip(desk: World, crew: dict[str, Actor]) -> None:
    vip = desk.submit(crew["supervisor"], "customer", name="Li", level="vip")
    given = money({**KETTLE, "bought_on": "2020-01-01"})
    repair = desk.submit(crew["agent"], "repair_order", customer=vip, **given)

    act(desk, crew["engineer"], "examine", "examined", **EXAMINED)

    assert open_nodes(desk, "repair_order", repair) == ["mend"]


@pytest.mark.parametrize(
    ("accepted", "result"), [(True, "mended"), (False, "returned")], ids=["accepted", "refused"]
)
def test_quote_decides_between_mending_and_sending_back(
    desk: World,
    crew: dict[str, Actor],
    customer: RecordId,
    *,
    accepted: bool,
    result: str,
) -> None:
    repair = desk.submit(crew["agent"], "repair_order", customer=customer, **money(KETTLE))
    act(desk, crew["engineer"], "examine", "examined", **EXAMINED)

    act(desk, crew["agent"], "quote", "answered", is_accepted=accepted)
    last = {"mended": ("engineer", "mend", "passed"), "returned": ("agent", "send_back", "sent")}
    who, node, outcome = last[result]
    act(desk, crew[who], node, outcome)

    assert desk.values("repair_order", repair)["repair_result"] == result
    assert open_nodes(desk, "repair_order", repair) == []


@pytest.mark.parametrize(
    ("fixed", "node"), [(True, []), (False, ["examine"])], ids=["helped", "did not help"]
)
def test_help_at_a_distance_ends_a_repair_or_not(
    desk: World, crew: dict[str, Actor], customer: RecordId, *, fixed: bool, node: list[str]
) -> None:
    given = money({**KETTLE, "fault": "switch"})
    repair = desk.submit(crew["agent"], "repair_order", customer=customer, **given)

    act(
        desk,
        crew["agent"],
        "help_at_a_distance",
        "tried",
        is_fixed_remotely=fixed,
        finding="Descaled.",
    )

    assert open_nodes(desk, "repair_order", repair) == node


def _to_the_site(desk: World, crew: dict[str, Actor], customer: RecordId, warranty: str) -> Any:
    visit = desk.submit(crew["agent"], "house_call", customer=customer, problem="It is dead.")
    act(desk, crew["agent"], "accept", "accepted", site_address="Harbour 1")
    act(
        desk,
        crew["agent"],
        "check_warranty",
        "checked",
        in_warranty=warranty,
        planned_at="2026-03-03T02:00:00Z",
    )
    desk.advance(hours=1)
    act(desk, crew["engineer"], "travel", "arrived")
    return visit


def test_visit_goes_to_an_engineer_who_must_bring_photos(
    desk: World, crew: dict[str, Actor], customer: RecordId
) -> None:
    visit = _to_the_site(desk, crew, customer, "yes")

    with pytest.raises(FieldErrors):
        act(desk, crew["engineer"], "work_on_site", "done", work_hours="1.5")

    found = desk.values("house_call", visit)
    assert (found["engineer"], found["status"]) == (UserId("engineer"), "on_site")
    assert found["arrived_at"] == MONDAY + timedelta(hours=1)


def test_engineer_who_cannot_go_is_replaced(
    desk: World, crew: dict[str, Actor], customer: RecordId
) -> None:
    visit = desk.submit(crew["agent"], "house_call", customer=customer, problem="It is dead.")
    act(desk, crew["agent"], "accept", "accepted", site_address="Harbour 1")
    act(
        desk,
        crew["agent"],
        "check_warranty",
        "checked",
        in_warranty="no",
        planned_at="2026-03-03T02:00:00Z",
    )

    act(desk, crew["engineer"], "travel", "not_mine")

    assert open_nodes(desk, "house_call", visit) == ["travel"]


def test_claim_asks_three_departments_at_once(
    desk: World, crew: dict[str, Actor], customer: RecordId
) -> None:
    product = desk.submit(crew["supervisor"], "product", code="KT-1", name="Kettle")

    claim = desk.submit(
        crew["agent"],
        "warranty_claim",
        customer=customer,
        product=product,
        description="It broke.",
    )

    assert open_nodes(desk, "warranty_claim", claim) == ["design", "money", "quality"]
    # two and a half working days of seven and a half hours, from Monday at nine
    assert desk.values("warranty_claim", claim)["due"] == datetime(2026, 3, 4, 6, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "deciders"),
    [(800, ["supervisor"]), (8000, ["manager", "executive"])],
    ids=["small", "large"],
)
def test_claim_is_decided_by_its_value(
    desk: World,
    crew: dict[str, Actor],
    customer: RecordId,
    value: int,
    deciders: list[str],
) -> None:
    product = desk.submit(crew["supervisor"], "product", code="KT-1", name="Kettle")
    claim = desk.submit(
        crew["agent"],
        "warranty_claim",
        customer=customer,
        product=product,
        description="It broke.",
    )
    act(desk, crew["quality"], "quality", "done", quality_finding="A weak hinge.")
    act(desk, crew["rnd"], "design", "done", design_finding="Known.")
    act(desk, crew["finance"], "money", "done", money_finding="Covered.", worth=value)

    node = open_nodes(desk, "warranty_claim", claim)[0]
    for decider in deciders:
        act(desk, crew[decider], node, "approved")

    assert desk.values("warranty_claim", claim)["status"] == "granted"
    clock = desk.reading.clocks(crew["agent"], desk.app, FormId("warranty_claim"), claim)[0]
    assert (clock.state, clock.is_late) == ("stopped", False)


@pytest.mark.parametrize(
    ("until", "node"), [("2026-03-06", "short_leave"), ("2026-03-20", "long_leave")]
)
def test_leave_is_approved_by_the_manager_and_a_long_one_by_an_executive_too(
    desk: World, crew: dict[str, Actor], until: str, node: str
) -> None:
    leave = desk.submit(crew["agent"], "leave_request", from_on="2026-03-04", until_on=until)
    act(desk, crew["supervisor"], node, "approved")

    waiting = open_nodes(desk, "leave_request", leave)

    assert waiting == ([] if node == "short_leave" else ["long_leave"])
    assert desk.values("leave_request", leave)["status"] == (
        "approved" if not waiting else "asked"
    )
