"""Kill a process before one of its statements: on a copy of an organisation, in a fork.

What is done there, and what is looked at after it, stands with the tests in `tests/crash`. Nothing
that a fork must not share (threads, connections) may be open in the process that forks.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from runtime.bootstrap import Runtime
from runtime.store.sqlite import SqliteStore
from runtime.store.wire import Wire
from runtime.turns import Turns

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


class Fuse:
    """Kills this process before its change number `at` of the database, counted once it is lit."""

    def __init__(self, at: int, note: Path) -> None:
        self.is_lit = False
        self._left = at
        self._note = note  # tells the statement that was never done

    def reached(self, statement: str) -> None:
        """Hear of a statement before the database does."""
        if not self.is_lit or statement.lstrip().upper().startswith(CHANGES_NOTHING):
            return  # between two changes there is only one state to be killed in
        self._left -= 1
        if self._left == 0:
            self._note.write_text(statement, "utf-8")
            os.kill(os.getpid(), signal.SIGKILL)


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
        wire._pg = _Tap(connection.pgconn, reached)

    Wire.__init__ = tapped  # type: ignore[method-assign]


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
        _on_server(given, sql)
        copy["database_url"] = given["database_url"].replace(f"/{template}?", f"/{name}?")
        copy["database_name"] = name
    return copy


def thrown_away(copy: dict[str, Any]) -> None:
    """Forget a copy."""
    shutil.rmtree(copy["data_dir"])
    if "database_name" in copy:
        _on_server(
            copy, SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(copy["database_name"]))
        )


def was_killed(work: Callable[[], None]) -> bool:
    """Do it in a process of its own; whether that was killed rather than done."""
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def told_by_fork(work: Callable[[], Any]) -> Any:
    """What `work` finds in a process of its own; plain data."""
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(sender, json.dumps(work()).encode())
        os._exit(0)
    os.close(sender)
    with os.fdopen(receiver, "rb") as answers:
        text = answers.read()
    os.waitpid(child, 0)
    return json.loads(text)


class _Tap:
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


def _on_server(given: dict[str, Any], sql: Any) -> None:
    head, _, query = given["database_url"].partition("?")
    address = f"{head.rsplit('/', 1)[0]}/postgres?{query}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql)
