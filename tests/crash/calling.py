"""Call another program in a process that is killed before one of its statements, and go on.

`python -m tests.crash.calling JSON RECEIVER` does it for each statement in turn, from the claim
of the call to the note that it is done, and prints one line of JSON a kill. Each kill has its own
copy of one organisation and its own order. How it is killed stands in `tests.support.killing`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg

from engines.values import AppId, FormId
from runtime.bootstrap import Runtime, open_runtime
from runtime.commands import SYSTEM, CreateRecord, PublishApp
from runtime.ports import RecordQuery
from tests.crash.process import settings_from
from tests.support.killing import (
    Fuse,
    copied,
    tap_postgres,
    tap_sqlite,
    thrown_away,
    told_by_fork,
    was_killed,
)

ORDERS = Path(__file__).with_name("orders.yaml")
APP, ORDER = AppId("orders"), FormId("order")
_MOST_TURNS = 20
_LEASES_ENDED = "UPDATE dg_delivery SET lease_until = 0 WHERE lease_until IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Called:
    """What stands in the order of one kill once another process went on."""

    at: int
    subject: str
    statement: str  # before which the process died
    state: str
    booked_as: str
    heard: int
    open_calls: int
    given_up: int
    problems: list[str]  # of the log


def text_for(receiver: str) -> str:
    """The app whose orders are told to the program at an address."""
    return ORDERS.read_text("utf-8").replace("RECEIVER", receiver)


def kills(given: dict[str, Any], receiver: str) -> Iterator[Called]:
    """A kill before each statement of a call's way, until one call is done without."""
    publish(given, receiver)
    at, is_killed = 0, True
    while is_killed:
        at += 1
        copy = copied(given, at)
        note = Path(copy["data_dir"]) / "statement"
        note.write_text("", "utf-8")
        is_killed = was_killed(lambda copy=copy, at=at, note=note: die_calling(copy, at, note))
        end_leases(copy)
        yield Called(
            **told_by_fork(lambda copy=copy, at=at, note=note: seen_after(copy, at, note))
        )
        thrown_away(copy)


def publish(given: dict[str, Any], receiver: str) -> None:
    runtime = open_runtime(settings_from(given))
    runtime.bus.execute(PublishApp(text_for(receiver), ORDERS.name), SYSTEM)
    runtime.close()


def die_calling(given: dict[str, Any], at: int, note: Path) -> None:
    """Store an order, then make its call; the process dies before statement number `at`."""
    fuse = Fuse(at, note)
    tap_postgres(fuse.reached)
    runtime = open_runtime(settings_from(given))
    runtime.bus.execute(CreateRecord(APP, ORDER, {"subject": f"order {at}"}), SYSTEM)
    tap_sqlite(runtime, fuse.reached)
    fuse.is_lit = True
    runtime.work.run_due()
    fuse.is_lit = False
    runtime.close()


def end_leases(given: dict[str, Any]) -> None:
    """Let so much time pass for the database that nobody holds anything. SQLite needs none."""
    if "database_url" in given:
        with psycopg.connect(given["database_url"], autocommit=True) as connection:
            connection.execute(_LEASES_ENDED)


def seen_after(given: dict[str, Any], at: int, note: Path) -> dict[str, Any]:
    """What another process makes of it."""
    runtime = open_runtime(settings_from(given))
    try:
        for _ in range(_MOST_TURNS):
            if runtime.work.run_due() == 0:
                break
        return asdict(_seen(runtime, at, note.read_text("utf-8")))
    finally:
        runtime.close()


def _seen(runtime: Runtime, at: int, statement: str) -> Called:
    runtime.work.seal()
    with runtime.store.read() as reader:
        live = runtime.live.app(reader, APP)
        waits = reader.queue.next_delivery_due()
        dead = reader.queue.dead_letters()
        chain = reader.events.verify()
    (order,) = runtime.store.stream(live.table(ORDER), RecordQuery(ORDER))
    values = {str(name): value for name, value in order.values.items()}
    return Called(
        at=at,
        subject=str(values["subject"]),
        statement=statement,
        state=str(values["state"]),
        booked_as=str(values["booked_as"]),
        heard=int(values["heard"]),
        open_calls=int(waits is not None),
        given_up=len(dead),
        problems=list(chain.problems),
    )


def main() -> None:
    """What the arguments say."""
    for one in kills(json.loads(sys.argv[1]), sys.argv[2]):
        sys.stdout.write(json.dumps(asdict(one)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
