"""The public log of incidents played through the ticket flow: rows become commands at their time.

The log says in which state an incident was after each of its updates; who plays it does what leads
there: finishes the open task with the outcome that goes that way, else sets the status by hand.
Timers of the desk fire at their own times in between.
"""

from __future__ import annotations

import csv
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from engines.values import FormId, RecordId
from runtime.commands import Actor, CompleteTask
from runtime.ports import TaskRow
from tests.support.worlds import World

TICKET = FormId("ticket")
LEVELS = {"1": "high", "2": "medium", "3": "low"}
STATUS = {
    "New": "new",
    "Active": "open",
    "Awaiting User Info": "waiting",
    "Awaiting Vendor": "supplier",
    "Awaiting Problem": "cause",
    "Awaiting Evidence": "evidence",
    "Resolved": "solved",
    "Closed": "closed",
}
STATE = {**{status: state for state, status in STATUS.items()}, "reopened": "Active"}
# From the node where a ticket stands, which outcome leads towards a state.
WAYS: Mapping[str, Mapping[str, str]] = {
    "first_answer": {
        **dict.fromkeys(("open", "waiting", "supplier", "cause", "evidence"), "answered"),
        **dict.fromkeys(("solved", "closed"), "solved_at_once"),
    },
    "work": {"waiting": "ask", "solved": "solved", "closed": "solved"},
    "customers_turn": dict.fromkeys(("open", "solved", "closed", "supplier", "cause"), "answered"),
    "confirm": {"closed": "solved", "open": "not_solved"},
}
ANSWERS = {"customers_turn": {"answer": "As asked."}, "work": {"question": "Which one?"}}
MOST_STEPS = 5  # from any state to any other


@dataclass(frozen=True, slots=True)
class Row:
    """One update of an incident."""

    number: str
    at: datetime
    state: str
    impact: str
    urgency: str
    priority: str
    reassignments: int
    reopenings: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A ticket right after a row was played."""

    number: str
    at: datetime  # when it was last changed
    state: str


def rows_of(file: Path) -> list[Row]:
    """All rows in the order of their times."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = [_row(one) for one in csv.DictReader(text)]
    return sorted(rows, key=lambda row: row.at)  # stable: rows of one minute stay in order


def _row(one: Mapping[str, str]) -> Row:
    return Row(
        number=one["number"],
        at=datetime.strptime(one["sys_updated_at"], "%d/%m/%Y %H:%M").replace(tzinfo=UTC),
        state=one["incident_state"],
        impact=LEVELS[one["impact"]],
        urgency=LEVELS[one["urgency"]],
        priority=one["priority"],
        reassignments=int(one["reassignment_count"]),
        reopenings=int(one["reopen_count"]),
    )


@dataclass
class Replay:
    """A desk with two people who may do everything, while the log is played on it."""

    world: World
    people: Sequence[Actor]
    tickets: dict[str, RecordId] = field(default_factory=dict)
    handed: Counter[str] = field(default_factory=Counter)
    seen: list[Seen] = field(default_factory=list)

    def play(self, rows: Iterable[Row]) -> None:
        """Every row at its time."""
        for number, row in enumerate(rows):
            self._let_time_pass(row.at)
            if row.number not in self.tickets:
                self.tickets[row.number] = self.world.submit(
                    self.people[0], "ticket", subject=row.number, assignee=self.people[0].user
                )
            self._update(row, number)
            self._lead(self.tickets[row.number], STATUS[row.state])
            self._look(row.number)

    def last(self, number: str) -> Mapping[str, Any]:
        """How a ticket stands."""
        return self.world.values("ticket", self.tickets[number])

    def _let_time_pass(self, until: datetime) -> None:
        left = until - self.world.clock.now()
        self.world.advance(seconds=left.total_seconds())

    def _update(self, row: Row, number: int) -> None:
        """What the row says beside the state; the label makes every row a change."""
        answers: dict[str, Any] = {"impact": row.impact, "urgency": row.urgency}
        if row.reassignments > self.handed[row.number]:
            self.handed[row.number] += 1
            person = self.people[self.handed[row.number] % len(self.people)]
            answers["assignee"] = person.user
        ticket = self.tickets[row.number]
        self.world.change(self.people[0], "ticket", ticket, labels=[f"row {number}"], **answers)

    def _lead(self, ticket: RecordId, wanted: str) -> None:
        for _ in range(MOST_STEPS):
            status = str(self.world.values("ticket", ticket)["status"])
            if STATE[status] == STATE[wanted]:
                return
            self._step(ticket, wanted)
        raise AssertionError(f"no way to {wanted} from {status}")

    def _step(self, ticket: RecordId, wanted: str) -> None:
        task = self._open_task(ticket)
        outcome = WAYS[task.node].get(wanted) if task is not None else None
        if task is None or outcome is None:
            self.world.change(self.people[0], "ticket", ticket, status=wanted)
            return
        answers = ANSWERS.get(task.node, {}) if outcome in ("answered", "ask") else {}
        command = CompleteTask(
            self.world.app, task.id, outcome, answers, comment="As the log says."
        )
        self.world.do(command, self._holder(task))

    def _open_task(self, ticket: RecordId) -> TaskRow | None:
        with self.world.store.read() as reader:
            tasks = reader.instances.tasks_on(self.world.app, TICKET, ticket)
        mine = [one for one in tasks if one.state == "open" and one.node in WAYS]
        return mine[0] if mine else None

    def _holder(self, task: TaskRow) -> Actor:
        holders = [one for one in self.people if one.user == task.assignee]
        return (holders or list(self.people))[0]

    def _look(self, number: str) -> None:
        with self.world.store.read() as reader:
            table = self.world.live.app(reader, self.world.app).table(TICKET)
            record = reader.records.get(table, self.tickets[number])
        assert record is not None
        self.seen.append(Seen(number, record.updated_at, STATE[str(record.values["status"])]))


def figures(seen: Iterable[Row | Seen]) -> dict[str, Any]:
    """What the log's oracle says of a log, of rows or of what was seen."""
    by_number: dict[str, list[Row | Seen]] = {}
    for one in seen:
        by_number.setdefault(one.number, []).append(one)
    traces = [tuple(one.state for one in case) for case in by_number.values()]
    lengths = [(case[-1].at - case[0].at).total_seconds() for case in by_number.values()]
    follows = [pair for trace in traces for pair in pairwise(trace)]
    return {
        "events": sum(map(len, traces)),
        "cases": len(traces),
        "variants": len(set(traces)),
        "activity_counts": dict(Counter(state for trace in traces for state in trace)),
        "start_activities": dict(Counter(trace[0] for trace in traces)),
        "end_activities": dict(Counter(trace[-1] for trace in traces)),
        "distinct_directly_follows": len(set(follows)),
        "duration_mean_s": round(statistics.fmean(lengths), 2),
        "duration_median_s": statistics.median(lengths),
        "duration_min_s": min(lengths),
        "duration_max_s": max(lengths),
    }
