"""A trial beside a running organisation: no mail leaves, no number is taken, nothing is stored."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from builder.sandbox import Sandbox
from engines.values import AppId, FormId, RoleId, UserId
from runtime.bootstrap import Runtime, open_runtime
from runtime.commands import SYSTEM, Actor, CompleteTask, CreateRecord, PublishApp
from runtime.ports import UserRow
from runtime.settings import load_settings
from tests.builder.sandbox.conftest import MORNING, WORKSHOP
from tests.support.programs import a_program

CALLING = """\
format: 1
app: calling
title: Calling
roles:
  clerk: {{title: Clerk}}
connectors:
  erp: {{type: http, url: "{url}"}}
forms:
  order:
    title: Order
    fields:
      subject: {{type: text}}
    access:
      clerk: {{create: true, read: true}}
rules:
  tell:
    on: {{created: order}}
    do: [{{call: {{connector: erp, path: /orders, send: {{subject: record.subject}}}}}}]
"""
APP, REPAIR = AppId("workshop"), FormId("repair")


@dataclass
class Sink:
    """A mail server that counts who connects."""

    port: int
    connections: int = 0


@pytest.fixture
def sink() -> Iterator[Sink]:
    sink = Sink(0)

    class Greet(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            sink.connections += 1
            self.request.sendall(b"554 go away\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Greet) as server:
        sink.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield sink
        server.shutdown()


@pytest.fixture
def house(tmp_path: Path, sink: Sink) -> Iterator[Runtime]:
    """A real organisation whose mails go to the sink, with the workshop published."""
    arguments = {
        "data_dir": tmp_path / "data",
        "mail_url": f"smtp+plain://127.0.0.1:{sink.port}",
        "base_url": "http://localhost:8000",
    }
    runtime = open_runtime(load_settings(arguments, {}))
    runtime.bus.execute(PublishApp(WORKSHOP, "workshop.yaml"), SYSTEM)
    yield runtime
    runtime.close()


def trial_with_a_mail() -> None:
    sandbox = Sandbox.of(WORKSHOP, at=MORNING)
    sandbox.submit("customer", REPAIR, {"fault": "bell"})
    task = sandbox.tasks("repair_1")[0]
    sandbox.complete("mechanic", task.id, "mended", {"hours": "1"})
    assert [one.message.channel for one in sandbox.messages] == ["mail"]
    sandbox.close()


def test_mail_of_a_trial_reaches_no_server(house: Runtime, sink: Sink) -> None:
    trial_with_a_mail()

    house.work.run_due()

    assert sink.connections == 0


def test_trial_takes_no_number_and_stores_no_record(house: Runtime) -> None:
    trial_with_a_mail()

    outcome = house.bus.execute(CreateRecord(APP, REPAIR, {"fault": "bell"}), SYSTEM)

    with house.store.read() as reader:
        table = house.live.app(reader, APP).table(REPAIR)
        record = reader.records.get(table, outcome.record)  # type: ignore[arg-type]
        assert record is not None
        assert record.values["number"] == "R-0001"
        assert reader.directory.users() == ()


def test_sink_hears_a_mail_that_is_sent_in_earnest(house: Runtime, sink: Sink) -> None:
    actor = _mechanic(house)
    house.bus.execute(CreateRecord(APP, REPAIR, {"fault": "bell"}), actor)
    task = house.reading.tasks(actor, APP, "pool")[0]
    house.bus.execute(CompleteTask(APP, task.id, "mended", {"hours": "1"}), actor)

    house.work.run_due()

    assert sink.connections == 1


def test_trial_calls_no_other_program() -> None:
    with a_program() as erp:
        sandbox = Sandbox.of(CALLING.format(url=erp.url), at=MORNING)
        sandbox.submit("clerk", FormId("order"), {"subject": "Tea"})

        (recorded,) = sandbox.messages

        assert (recorded.message.channel, recorded.message.target) == ("connector", "erp")
        assert erp.asked == []
        sandbox.close()


def _mechanic(house: Runtime) -> Actor:
    mia = UserRow(
        id=UserId("mia"),
        email="mia@example.org",
        name="Mia",
        password_hash="",
        locale="en",
        time_zone="UTC",
        is_active=True,
        is_admin=False,
    )
    house.store.run(lambda unit: unit.directory.save_user(mia))
    roles = [RoleId("mechanic")]
    house.store.run(lambda unit: unit.directory.set_roles(APP, mia.id, roles))
    return house.reading.in_app(Actor(user=mia.id), APP)
