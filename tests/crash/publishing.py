"""Publish in a process that is killed before one of its statements, and look at what is left.

`python -m tests.crash.publishing JSON` does it for each statement in turn, each time on a fresh
copy of the same organisation, and prints one line of JSON a kill. It imports everything once and
forks: nothing that a fork must not share (threads, connections) is open in the first process.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from engines.values import AppId, FormId
from runtime.bootstrap import Runtime, open_runtime
from runtime.commands import SYSTEM, CreateRecord, PublishApp
from runtime.ports import RecordQuery
from runtime.store import expand
from runtime.store.sqlite import SqliteStore
from runtime.store.wire import Wire
from runtime.turns import Turns
from tests.crash.process import settings_from

HERE = Path(__file__).parent
FIRST, SECOND = HERE / "shop_1.yaml", HERE / "shop_2.yaml"
APP, ORDER = AppId("shop"), FormId("order")
ORDERS = 3
CHANGES_NOTHING = (
    "SELECT",
    "-- PRAGMA",
    "PRAGMA",
    "BEGIN",
    "SAVEPOINT",
    "RELEASE",
    "SET",
    "RESET",
    "DEALLOCATE",
)
NEW_ANSWERS = {"title": "New", "amount": "2.50", "words": ["a", "b"]}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a new start finds, and that it can work with it."""

    live: int
    subjects: list[str]
    steps_left: int  # of the live version's tables
    problems: list[str]  # of the log


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: what was there right after it, and after the publish was repeated."""

    at: int
    statement: str
    killed: Seen
    repeated: Seen


def prepare(given: dict[str, Any]) -> None:
    """Version 1 with some orders."""
    runtime = open_runtime(settings_from(given))
    publish(runtime, FIRST)
    for number in range(ORDERS):
        answers = {"subject": f"order {number}", "amount": number}
        runtime.bus.execute(CreateRecord(APP, ORDER, answers), SYSTEM)
    runtime.close()


def kills(given: dict[str, Any]) -> Iterator[Kill]:
    """A kill before each statement of a publish, until one publish gets through."""
    at = 0
    while True:
        at += 1
        copy = copied(given, at)
        note = Path(copy["data_dir"]) / "statement"
        if not was_killed(lambda copy=copy, at=at, note=note: die_publishing(copy, at, note)):
            return
        statement = note.read_text("utf-8")
        yield Kill(at, statement, *in_a_fork(repeat, copy))
        thrown_away(copy)


def die_publishing(given: dict[str, Any], at: int, note: Path) -> None:
    """Publish version 2; the process dies before the change number `at` reaches the database."""
    count = 0
    is_armed = False

    def reached(statement: str) -> None:
        nonlocal count
        if not is_armed or statement.lstrip().upper().startswith(CHANGES_NOTHING):
            return  # between two changes there is only one state to be killed in
        count += 1
        if count == at:
            note.write_text(statement, "utf-8")
            os.kill(os.getpid(), signal.SIGKILL)

    tap_postgres(reached)
    runtime = open_runtime(settings_from(given))
    tap_sqlite(runtime, reached)
    is_armed = True
    publish(runtime, SECOND)
    runtime.close()


def tap_sqlite(runtime: Runtime, reached: Callable[[str], None]) -> None:
    """Let `reached` hear each statement of the writing connection before the database does."""
    if isinstance(runtime.store, SqliteStore):
        runtime.store.run(lambda unit: unit.session.raw.set_trace_callback(reached))  # type: ignore[attr-defined]


def tap_postgres(reached: Callable[[str], None]) -> None:
    """The same for every connection this process opens from now on; it is about to die."""
    init = Wire.__init__

    class Cursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, *args: Any, **more: Any) -> Any:
            reached(str(query))
            return super().execute(query, *args, **more)

    def tapped(wire: Wire, connection: psycopg.Connection[Any], turns: Turns) -> None:
        init(wire, connection, turns)
        connection.cursor_factory = Cursor
        wire._pg = Tap(connection.pgconn, reached)

    Wire.__init__ = tapped  # type: ignore[method-assign]


class Tap:
    """A libpq connection whose statements are heard before they are sent."""

    def __init__(self, pg: Any, reached: Callable[[str], None]) -> None:
        self._pg = pg
        self._reached = reached
        self._texts: dict[bytes, str] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pg, name)

    def exec_(self, command: bytes) -> Any:
        self._reached(command.decode())
        return self._pg.exec_(command)

    def send_prepare(self, name: bytes, command: bytes) -> None:
        self._texts[name] = command.decode()
        self._pg.send_prepare(name, command)

    def send_query_prepared(self, name: bytes, values: Any) -> None:
        self._reached(self._texts[name])
        self._pg.send_query_prepared(name, values)

    def exec_prepared(self, name: bytes, values: Any) -> Any:
        self._reached(self._texts[name])
        return self._pg.exec_prepared(name, values)


def repeat(given: dict[str, Any]) -> tuple[Seen, Seen]:
    """What a new start sees, and sees when it has published again and written a record."""
    runtime = open_runtime(settings_from(given))
    try:
        before = seen(runtime)
        publish(runtime, SECOND)
        runtime.bus.execute(CreateRecord(APP, ORDER, NEW_ANSWERS), SYSTEM)
        return before, seen(runtime)
    finally:
        runtime.close()


def seen(runtime: Runtime) -> Seen:
    runtime.work.seal()
    with runtime.store.read() as reader:
        live = runtime.live.app(reader, APP)
        field = "subject" if "subject" in live.form(ORDER).fields else "title"
        problems = list(reader.events.verify().problems)
    records = runtime.store.stream(live.table(ORDER), RecordQuery(ORDER))
    subjects = sorted(str(one.values[field]) for one in records)  # type: ignore[index]
    steps = runtime.store.run(lambda unit: expand.missing(unit.session, live.tables))  # type: ignore[attr-defined]
    return Seen(live.number, subjects, len(steps), problems)


def publish(runtime: Runtime, file: Path) -> None:
    runtime.bus.execute(PublishApp(file.read_text("utf-8"), file.name), SYSTEM)


def copied(given: dict[str, Any], number: int) -> dict[str, Any]:
    """The organisation again, in a place of its own, under the same master key."""
    source = Path(given["data_dir"])
    copy = {**given, "data_dir": str(source.with_name(f"copy-{number}"))}
    shutil.copytree(source, copy["data_dir"])
    shutil.copy(source.with_name(f"{source.name}.key"), f"{copy['data_dir']}.key")
    if "database_url" in given:
        name = f"killed_{number}"
        template = given["database_url"].partition("?")[0].rsplit("/", 1)[1]
        sql = SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template))
        on_server(given, sql)
        copy["database_url"] = given["database_url"].replace(f"/{template}?", f"/{name}?")
        copy["database_name"] = name
    return copy


def thrown_away(copy: dict[str, Any]) -> None:
    shutil.rmtree(copy["data_dir"])
    if "database_name" in copy:
        on_server(
            copy, SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(copy["database_name"]))
        )


def on_server(given: dict[str, Any], sql: Any) -> None:
    head, _, query = given["database_url"].partition("?")
    address = f"{head.rsplit('/', 1)[0]}/postgres?{query}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql)


def was_killed(work: Callable[[], None]) -> bool:
    """Do it in a process of its own; whether that was killed rather than done."""
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def in_a_fork(
    work: Callable[[dict[str, Any]], tuple[Seen, Seen]], given: dict[str, Any]
) -> tuple[Seen, Seen]:
    """What `work` finds in a process of its own."""
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(sender, json.dumps([asdict(one) for one in work(given)]).encode())
        os._exit(0)
    os.close(sender)
    with os.fdopen(receiver, "rb") as answers:
        text = answers.read()
    os.waitpid(child, 0)
    before, after = json.loads(text)
    return Seen(**before), Seen(**after)


def main() -> None:
    """What the argument says."""
    given = json.loads(sys.argv[1])
    prepare(given)  # here, so that forks find warm what takes long the first time
    for one in kills(given):
        sys.stdout.write(json.dumps(asdict(one)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
