"""Publish in a process that is killed before one of its statements, and look at what is left.

`python -m tests.crash.publishing JSON` does it for each statement in turn, each time on a fresh
copy of the same organisation, and prints one line of JSON a kill. It imports everything once and
forks: nothing that a fork must not share (threads, connections) is open in the first process.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engines.values import AppId, FormId
from runtime.bootstrap import Runtime, open_runtime
from runtime.commands import SYSTEM, CreateRecord, PublishApp
from runtime.ports import RecordQuery
from runtime.store import expand
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

HERE = Path(__file__).parent
FIRST, SECOND = HERE / "shop_1.yaml", HERE / "shop_2.yaml"
APP, ORDER = AppId("shop"), FormId("order")
ORDERS = 3
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
        killed, repeated = told_by_fork(lambda copy=copy: repeat(copy))
        yield Kill(at, statement, Seen(**killed), Seen(**repeated))
        thrown_away(copy)


def die_publishing(given: dict[str, Any], at: int, note: Path) -> None:
    """Publish version 2; the process dies before the change number `at` reaches the database."""
    fuse = Fuse(at, note)
    tap_postgres(fuse.reached)
    runtime = open_runtime(settings_from(given))
    tap_sqlite(runtime, fuse.reached)
    fuse.is_lit = True
    publish(runtime, SECOND)
    runtime.close()


def repeat(given: dict[str, Any]) -> list[dict[str, Any]]:
    """What a new start sees, and sees when it has published again and written a record."""
    runtime = open_runtime(settings_from(given))
    try:
        before = seen(runtime)
        publish(runtime, SECOND)
        runtime.bus.execute(CreateRecord(APP, ORDER, NEW_ANSWERS), SYSTEM)
        return [asdict(before), asdict(seen(runtime))]
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


def main() -> None:
    """What the argument says."""
    given = json.loads(sys.argv[1])
    prepare(given)  # here, so that forks find warm what takes long the first time
    for one in kills(given):
        sys.stdout.write(json.dumps(asdict(one)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
