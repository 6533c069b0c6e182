"""A list as a person opens it: filtered, sorted, counted, through the gate, over 100,000 records.

Asked of `Reading`, which finds the actor's rows, masks, and puts the page together: everything
behind the door of the web, of which the store is the largest part. The rows that somebody may
read follow from a condition of their role. The time is CPU, of this process and of the
database's, which on a machine of its own is the time it takes; the wall's is printed beside it.
Means of twenty, on each database there is. Run with `python -m bench.list [records]`.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from bench.processes import cpu_s
from bench.result import Result, report
from engines.values import AppId, FormId, RecordId, RoleId, UserId
from runtime.access.actors import actor_in
from runtime.access.lists import Ask
from runtime.bootstrap import Runtime, open_runtime
from runtime.commands import SYSTEM, Actor, PublishApp
from runtime.ports import Record, UserRow
from runtime.settings import load_settings
from tests.support.postgres import running_server

ROUNDS = 20
RECORDS = 100_000
CHUNK = 5_000
GOAL_MS = 50.0
APP, TICKET = AppId("bench"), FormId("ticket")
START = datetime(2026, 1, 1, tzinfo=UTC)
PEOPLE = 200  # who the tickets are shared among

DEFINITION = """
format: 1
app: bench
title: Bench
roles:
  agent: {title: Agent}
forms:
  ticket:
    title: Ticket
    name: "{{ subject }}"
    fields:
      subject: {type: text, title: Subject, max_length: 200}
      status: {type: select, title: Status, indexed: true,
               options: {new: New, open: Open, waiting: Waiting, done: Done}}
      priority: {type: integer, title: Priority}
      amount: {type: decimal, title: Amount, scale: 2}
      due: {type: datetime, title: Due, indexed: true}
      assignee: {type: user, title: Assignee}
      phone: {type: phone, title: Phone, mask: {end: 3}}
    access:
      agent:
        read: record.assignee == user.id or record.status == 'new'
        update: record.assignee == user.id
    views:
      all: {title: All, columns: [subject, status, priority, due, assignee, phone]}
      work:
        title: Work
        columns: [subject, status, priority, due, assignee, phone]
        when: record.status != 'done' and record.priority >= 1
        sort: [due]
        search: [subject]
"""


@dataclass(frozen=True, slots=True)
class Opened:
    """One view as somebody asks for it."""

    words: str
    view: str
    ask: Ask


OPENED = (
    Opened("work by due", "work", Ask()),
    Opened("work by due, one more filter", "work", Ask(filters=[("status", "is", "open")])),
    Opened("work, latest first", "work", Ask(sort=("-created_at",))),
    Opened("work, two words", "work", Ask(search="floor 17")),
)


def main() -> int:
    """Fail when a list takes longer than the goal."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS
    results = []
    with tempfile.TemporaryDirectory() as folder, runtimes(Path(folder)) as opened:
        for name, runtime in opened.items():
            actor = prepared(runtime, size)
            work = f"list of {size:,}, {name}"
            results += [measured(runtime, actor, one, work) for one in OPENED]
    return report(*results)


@contextmanager
def runtimes(folder: Path) -> Iterator[dict[str, Runtime]]:
    """The product on each database."""
    with running_server() as server:
        urls: dict[str, str | None] = {"SQLite": None}
        if server is not None:
            urls["PostgreSQL"] = server.new_database()
        opened = {}
        for name, url in urls.items():
            given = {"data_dir": folder / name, "database_url": url}
            opened[name] = open_runtime(load_settings(given))
        yield opened
        for runtime in opened.values():
            runtime.close()


def prepared(runtime: Runtime, size: int) -> Actor:
    """The records there, and one of the agents."""
    runtime.bus.execute(PublishApp(DEFINITION, "bench.yaml"), SYSTEM)
    people = [add_person(runtime, number) for number in range(PEOPLE)]
    with runtime.store.read() as reader:
        table = runtime.live.app(reader, APP).table(TICKET)
    for start in range(0, size, CHUNK):
        many = [a_record(number, people) for number in range(start, min(start + CHUNK, size))]
        runtime.store.run(lambda unit, many=many: unit.records.insert_many(table, many))
    runtime.store.count_anew(table)
    with runtime.store.read() as reader:
        user = reader.directory.user(people[1])
        assert user is not None
        return actor_in(reader, runtime.live.app(reader, APP), user)


def add_person(runtime: Runtime, number: int) -> UserId:
    """An agent."""
    user = runtime.accounts.add_user(
        UserRow(
            id=UserId(""),
            email=f"agent{number}@example.org",
            name=f"Agent {number}",
            password_hash="",
            locale="en",
            time_zone="Europe/Madrid",
            is_active=True,
            is_admin=False,
        )
    )
    runtime.accounts.set_roles(APP, user.id, [RoleId("agent")])
    return user.id


def a_record(number: int, people: list[UserId]) -> Record:
    """The record of a number, the same in every run."""
    values = {
        "subject": f"Printer {number} on floor {number % 40}",
        "status": ("new", "open", "waiting", "done", "done", "done", "done")[number % 7],
        "priority": number % 5,
        "amount": Decimal(number % 10_000).scaleb(-2),
        "due": None if number % 10 == 0 else START + timedelta(minutes=number * 7 % 99_991),
        "assignee": people[number % PEOPLE],
        "phone": f"+34 91{number:07d}",
    }
    id_ = RecordId(f"00000000-0000-7000-8000-{number:012d}")
    return Record(id_, TICKET, values, 1, START + timedelta(seconds=number), None, START, None)


def measured(runtime: Runtime, actor: Actor, one: Opened, work: str) -> Result:
    """Milliseconds of a first page with its total."""
    opened_page(runtime, actor, one)
    began_s, cpu_began_s = time.perf_counter(), spent_s()
    for _ in range(ROUNDS):
        opened_page(runtime, actor, one)
    cpu_ms = (spent_s() - cpu_began_s) / ROUNDS * 1_000
    wall_ms = (time.perf_counter() - began_s) / ROUNDS * 1_000
    words = f"{wall_ms:.0f} ms on the wall"
    return Result(f"{work}, {one.words}", cpu_ms, "ms CPU", final=GOAL_MS, ours=words)


def opened_page(runtime: Runtime, actor: Actor, one: Opened) -> None:
    page = runtime.reading.list_page(actor, APP, TICKET, one.view, one.ask)
    assert page.rows
    assert page.total


def spent_s() -> float:
    """CPU seconds of this process and of the databases it started."""
    return cpu_s(os.getpid())


if __name__ == "__main__":
    sys.exit(main())
