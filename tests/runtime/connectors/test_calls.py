"""A flow calls another program: once under one key, with an answer that is kept and heard."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest

from engines.errors import NotAllowed
from engines.values import FormId
from runtime.commands import DeleteRecord, RepeatDelivery, TakeAnswer
from tests.runtime.connectors.conftest import CALL, SECRET, Office, Opened

_HOUR = timedelta(hours=1)
BOOKED = orjson.dumps({"order": {"id": "B-7"}, "items": [{"price": 12.5}]})


def test_a_call_tells_what_it_was_told_to_and_keeps_the_answer(office: Office) -> None:
    office.program.answers.append((201, BOOKED))

    order = office.order(subject="Tea", amount="3.50", wanted_on="2026-03-05", is_urgent=True)
    office.send_due()

    (asked,) = office.program.asked
    assert (asked.method, asked.path) == ("POST", "/api/orders")
    assert asked.headers["authorization"] == f"Bearer {SECRET}"
    assert asked.json == {
        "subject": "Tea", "amount": "3.50", "wanted_on": "2026-03-05", "is_urgent": True,
    }  # fmt: skip
    values = office.world.values("order", order)
    assert (values["booked_as"], str(values["price"]), values["state"]) == (
        "B-7", "12.50", "booked",
    )  # fmt: skip


def test_a_repeat_carries_the_same_key_and_no_call_leaves_twice(office: Office) -> None:
    office.program.answers += [(503, b"later"), (200, BOOKED)]
    order = office.order(subject="Tea")

    office.send_due()
    office.world.clock.jump(_HOUR)
    office.send_due()
    office.world.clock.jump(_HOUR)
    office.send_due()

    keys = {one.headers["idempotency-key"] for one in office.program.asked}
    assert (len(office.program.asked), len(keys)) == (2, 1)
    assert office.world.values("order", order)["state"] == "booked"


def test_a_call_that_is_refused_for_good_waits_for_an_operator(office: Office) -> None:
    office.program.answers += [(422, b"no such article"), (200, BOOKED)]
    order = office.order(subject="Tea")
    office.send_due()
    with office.world.store.read() as reader:
        (row,) = reader.queue.dead_letters(app=office.world.app)

    office.world.do(RepeatDelivery(office.world.app, row.id, "mended"), office.world.actor("ann"))
    office.send_due()

    (key,) = {one.headers["idempotency-key"] for one in office.program.asked}
    assert row.last_error == f"erp answered 422. Its log has why, under the key {key}."
    assert office.world.values("order", order)["state"] == "booked"


def test_a_secret_that_is_not_set_for_the_host_is_waited_for(office: Office) -> None:
    office.program.answers.append((200, BOOKED))
    office.secrets.clear()
    office.secrets["erp_token@erp.example.com"] = SECRET
    order = office.order(subject="Tea")
    office.send_due()
    asked_without = len(office.program.asked)

    office.secrets["erp_token@127.0.0.1"] = SECRET
    office.world.clock.jump(_HOUR)
    office.send_due()

    assert asked_without == 0
    assert office.given_up() == []
    assert office.world.values("order", order)["state"] == "booked"


@pytest.mark.parametrize(
    ("subject", "path"),
    [
        ("Tea", "/things/Tea?amount=3.50&is_urgent=false"),
        ("../a/b?c&d", "/things/..%2Fa%2Fb%3Fc%26d?amount=3.50&is_urgent=false"),
    ],
    ids=["plain", "hostile"],
)
def test_values_in_path_and_query_stay_values(opened: Opened, subject: str, path: str) -> None:
    office = opened(
        "{connector: open, method: GET, path: '/things/{subject}', "
        "send: {subject: record.subject, amount: record.amount, is_urgent: record.is_urgent}}"
    )

    office.order(subject=subject, amount="3.50", is_urgent=False)
    office.send_due()

    (asked,) = office.program.asked
    assert (asked.path, asked.body) == (path, b"")
    assert "authorization" not in asked.headers


@pytest.mark.parametrize("subject", ["..", "."])
def test_a_path_without_its_value_is_never_called(opened: Opened, subject: str) -> None:
    office = opened(
        "{connector: open, method: DELETE, path: '/things/{subject}', "
        "send: {subject: record.subject}}"
    )

    office.order(subject=subject)
    office.send_due()

    assert office.program.asked == []
    assert office.given_up() == ["A value that the path names is empty."]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [((302, b"there"), "erp answered 302."), ((200, b"<html>"), "The answer is no JSON.")],
    ids=["elsewhere", "no JSON"],
)
def test_an_answer_that_is_none_is_told(
    office: Office, answer: tuple[int, bytes], reason: str
) -> None:
    office.program.answers.append(answer)

    order = office.order(subject="Tea")
    office.send_due()

    (told,) = office.given_up()
    assert told.startswith(reason)
    assert office.world.values("order", order)["state"] == "open"


def test_an_answer_that_fits_no_field_changes_nothing(office: Office) -> None:
    office.program.answers.append((200, orjson.dumps({"items": [{"price": "a lot"}]})))

    order = office.order(subject="Tea")
    office.send_due()

    values = office.world.values("order", order)
    assert (values["price"], values["state"]) == (None, "open")


def test_the_answer_about_a_record_that_is_gone_is_let_go(office: Office) -> None:
    world, ann = office.world, office.world.actor("ann")
    office.program.answers.append((200, BOOKED))
    order = office.order(subject="Tea")

    world.do(DeleteRecord(world.app, FormId("order"), order), ann)
    office.send_due()

    assert len(office.program.asked) == 1
    assert office.given_up() == []


def test_nobody_but_the_outbox_gives_an_answer(office: Office) -> None:
    world = office.world
    order = office.order(subject="Tea")
    answer: dict[str, Any] = {"booked_as": "mine"}
    command = TakeAnswer(world.app, FormId("order"), order, answer, "booked", "k")

    with pytest.raises(NotAllowed):
        world.do(command, world.actor("ann"))


def test_the_key_of_each_call_is_its_own(opened: Opened) -> None:
    office = opened(CALL)

    office.order(subject="Tea")
    office.order(subject="Tea")
    office.send_due()

    assert len({one.headers["idempotency-key"] for one in office.program.asked}) == 2
