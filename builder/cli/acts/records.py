"""Acts on records: import a file, export a list."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from builder.cli.acts.act import Act
from builder.cli.acts.handing import chunk_of
from builder.cli.acts.users import user_by_email
from builder.cli.words import problem_sentence
from engines.values import AppId, FieldId, FormId, RecordId
from runtime.access.actors import actor_in
from runtime.bootstrap import Runtime
from runtime.commands import SYSTEM, Actor, EraseRecord
from runtime.exchange.exporting import Wanted, export_records
from runtime.exchange.importing import Importing, Order, Report, import_file, next_attempt
from runtime.exchange.judging import RowProblem
from runtime.exchange.mapping import read_mapping
from runtime.exchange.run import Progress

MOST_TOLD = 1_000  # problems in an answer; the file of problems has them all
IMPORTER = replace(SYSTEM, via="import")


def import_records(
    runtime: Importing, payload: Mapping[str, Any], show: Callable[[Progress], None] | None = None
) -> dict[str, Any]:
    """Import a file of this machine; the report, and the first problems of its rows."""
    problems: list[RowProblem] = []
    count = 0
    with _problem_file(payload.get("problems_to")) as keep:

        def tell(problem: RowProblem) -> None:
            nonlocal count
            count += 1
            keep(problem)
            if len(problems) < MOST_TOLD:
                problems.append(problem)

        order = Order(
            path=Path(payload["path"]),
            mapping=read_mapping(payload["mapping"], payload["name"]),
            actor=IMPORTER,
            say=problem_sentence,
            tell=tell,
            rules=payload.get("rules") or "",
            is_dry_run=bool(payload.get("is_dry_run")),
            show=show,
        )
        if payload.get("again"):
            order = next_attempt(runtime, order)
        report = import_file(runtime, order)
    return {
        **_told(report),
        "problem_count": count,
        "problems": [asdict(problem) for problem in problems],
    }


def _told(report: Report) -> dict[str, Any]:
    return {
        "run": report.run,
        "file": asdict(report.file),
        "rows": report.rows,
        "resumed_at": report.resumed_at,
        "records": report.read["records"],
        "refused": report.refused,
        "read": report.read,
        "stored": report.stored,
        "is_whole": report.is_whole,
        "seconds": round(report.seconds, 3),
    }


@contextmanager
def _problem_file(path: str | None) -> Iterator[Callable[[RowProblem], None]]:
    """Takes problems into a CSV file; nowhere when no file is named."""
    if not path:
        yield lambda _problem: None
        return
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(["row", "column", "value", "reason"])
        yield lambda one: writer.writerow([one.row, one.column, one.value, one.reason])


def export(runtime: Runtime, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Export the records of a view to a file of this machine, as a person sees them."""
    app = AppId(payload["app"])
    wanted = Wanted(
        app=app,
        form=FormId(payload["form"]),
        path=Path(payload["path"]),
        view=payload.get("view") or "all",
        columns=tuple(FieldId(name) for name in payload.get("columns") or ()),
    )
    count = export_records(runtime, _seeing(runtime, app, payload.get("email")), wanted)
    return {"file": str(wanted.path), "records": count}


def _seeing(runtime: Runtime, app: AppId, email: str | None) -> Actor:
    """Whose eyes an export is made with: a person's, or the administrator's of this machine."""
    if not email:
        return SYSTEM
    user = user_by_email(runtime, email)
    with runtime.store.read() as reader:
        return actor_in(reader, runtime.live.app(reader, app), user, via="export")


def store_chunk(runtime: Runtime, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Store a chunk that a command judged beside us; an empty one only asks whether we listen."""
    if not payload["chunk"]:
        return {}
    return dict(runtime.bus.execute(chunk_of(payload["chunk"]), IMPORTER).details)


def erase(runtime: Runtime, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Destroy the encrypted values of a person's record."""
    command = EraseRecord(
        AppId(payload["app"]),
        FormId(payload["form"]),
        RecordId(payload["record"]),
        payload["reason"],
    )
    done = runtime.bus.execute(command, SYSTEM)
    return {"record": payload["record"], **done.details}


RECORD_ACTS: Mapping[str, Act] = {
    "records.erase": erase,
    "records.import": import_records,
    "records.store": store_chunk,
    "records.export": export,
}
