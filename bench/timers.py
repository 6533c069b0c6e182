"""Timers: claiming the due ones among 100,000, and a burst of 10,000 due in one second.

The burst is drained as a worker does it, a claim of a hundred and a unit for each, while somebody
else goes on working beside it; how long their units take says whether they are starved. Run with
`python -m bench.timers`; PostgreSQL is measured where its server is installed.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.result import Result, report
from bench.store import AnyStore, opened
from engines.values import AppId
from runtime.ports import Unit

PENDING = 100_000
BURST = 10_000
AT_ONCE = 100
ROUNDS = 25
LEASE_S = 60.0
CLAIM_GOAL_MS = 5.0
UNIT_GOAL_MS = 100.0  # of somebody who works while the burst drains, p95
APP = AppId("bench")
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
PAUSE_S = 0.01


def main() -> int:
    """Print the time of a claim and of the burst."""
    results = []
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as stores:
        for name, store in stores.items():
            store.migrate()
            fill(store, PENDING, NOW + timedelta(days=1), timedelta(seconds=30))
            claim_ms = claiming_ms(store)
            work = f"claim of {AT_ONCE} due timers among {PENDING:,}, {name}"
            results.append(Result(work, claim_ms, "ms", CLAIM_GOAL_MS, CLAIM_GOAL_MS))
            spent_s, beside_ms = burst(store)
            ours = f"drained in {spent_s:.1f} s, {BURST / spent_s:,.0f} timers/s"
            work = f"a unit while {BURST:,} timers drain, p95, {name}"
            results.append(Result(work, beside_ms, "ms", UNIT_GOAL_MS, ours=ours))
    return report(*results)


def fill(store: AnyStore, count: int, first_at: datetime, apart: timedelta) -> None:
    """So many timers, one after the other."""
    for start in range(0, count, 1_000):
        numbers = range(start, min(start + 1_000, count))

        def add(unit: Unit, numbers: range = numbers) -> None:
            for number in numbers:
                ref = f"rule:x:order:{first_at.isoformat()}-{number}"
                unit.instances.start_timer(APP, None, ref, first_at + apart * number)

        store.run(add)


def claiming_ms(store: AnyStore) -> float:
    """The median time inside the database of a claim, with as many due as are asked for."""
    spent = []
    for number in range(ROUNDS):
        fill(store, AT_ONCE, NOW - timedelta(hours=number + 1), timedelta(seconds=1))
        spent.append(store.run(timed_claim) * 1_000)
    return statistics.median(spent)


def timed_claim(unit: Unit) -> float:
    """Seconds of one claim; what it claimed is taken out."""
    began_s = time.perf_counter()
    claimed = unit.queue.due_timers(NOW, AT_ONCE, LEASE_S)
    spent_s = time.perf_counter() - began_s
    for timer in claimed:
        unit.instances.finish_timer(timer.id, timer.generation)
    return spent_s


def burst(store: AnyStore) -> tuple[float, float]:
    """Seconds until all of the burst is done, and the p95 of a unit beside it in milliseconds."""
    fill(store, BURST, NOW, timedelta(seconds=1) / BURST)
    beside: list[float] = []
    is_over = threading.Event()
    other = threading.Thread(target=work_beside, args=(store, is_over, beside))
    other.start()
    began_s = time.perf_counter()
    done = sum(drained(store))
    spent_s = time.perf_counter() - began_s
    is_over.set()
    other.join()
    if done != BURST:
        raise SystemExit(f"{done} of {BURST} timers were done")
    return spent_s, statistics.quantiles(beside, n=20)[-1] * 1_000


def drained(store: AnyStore) -> Iterator[int]:
    """Claim and do until nothing is due; how many each time."""
    due_by = NOW + timedelta(seconds=1)
    while claimed := store.run(lambda unit: unit.queue.due_timers(due_by, AT_ONCE, LEASE_S)):
        for timer in claimed:
            store.run(
                lambda unit, one=timer: unit.instances.finish_timer(one.id, one.generation)  # type: ignore[misc]
            )
        yield len(claimed)


def work_beside(store: AnyStore, is_over: threading.Event, spent: list[float]) -> None:
    """Units of somebody else, one after the other."""
    number, due_at = 0, NOW + timedelta(days=9)
    while not is_over.is_set():
        number += 1
        began_s = time.perf_counter()
        ref = f"rule:y:order:{number}"
        store.run(lambda unit, ref=ref: unit.instances.start_timer(APP, None, ref, due_at))  # type: ignore[misc]
        spent.append(time.perf_counter() - began_s)
        time.sleep(PAUSE_S)


if __name__ == "__main__":
    sys.exit(main())
