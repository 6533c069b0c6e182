"""kill -9 at random points under load loses nothing that was acknowledged, on both databases."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.crash.chores import ROWS
from tests.crash.driver import Outcome, crash_run
from tests.support.mailbox import Mailbox, open_mailbox

pytestmark = pytest.mark.slow

Kept = Callable[[str, int, Outcome], None]

# Two seeds of ten seconds with every test run; `make soak` asks for twenty of sixty.
SEEDS = range(1, int(os.environ.get("DOUGONG_CRASH_SEEDS", "2")) + 1)
LOAD_S = float(os.environ.get("DOUGONG_CRASH_SECONDS", "10"))


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with open_mailbox() as opened:
        yield opened


@pytest.mark.parametrize("seed", SEEDS)
def test_a_killed_server_loses_nothing_it_acknowledged(
    tmp_path: Path, mailbox: Mailbox, seed: int, kept: Kept
) -> None:
    given = {"data_dir": str(tmp_path / "data")}

    outcome = crash_run(given, ("serve",), mailbox, seed=seed, load_s=LOAD_S)

    kept("SQLite", seed, outcome)
    assert_nothing_lost(outcome)


@pytest.mark.postgres
@pytest.mark.parametrize("seed", SEEDS)
def test_killed_web_and_worker_processes_lose_nothing_they_acknowledged(
    tmp_path: Path, mailbox: Mailbox, postgres_url: str, seed: int, kept: Kept
) -> None:
    given: dict[str, Any] = {"data_dir": str(tmp_path / "data"), "database_url": postgres_url}

    outcome = crash_run(given, ("web", "worker", "chores"), mailbox, seed=seed, load_s=LOAD_S)

    kept("PostgreSQL", seed, outcome)
    assert_nothing_lost(outcome)


def assert_nothing_lost(outcome: Outcome) -> None:
    """Each acknowledged letter once, mailed under one id, moved on by its timer; each chore."""
    assert outcome.kills > 0
    assert len(outcome.acknowledged) > 10
    assert sorted(outcome.subjects) == sorted(outcome.acknowledged)
    assert set(outcome.states) == {"done"}
    assert (outcome.open_timers, outcome.dead_letters, outcome.unsent) == (0, 0, 0)
    wanted = {f"{subject}@example.org" for subject in outcome.acknowledged}
    assert {address: len(ids) for address, ids in outcome.message_ids.items()} == dict.fromkeys(
        wanted, 1
    )
    assert set(outcome.papers.values()) <= {1}
    assert outcome.papers.keys() >= {
        f"{number}-{row}" for number in range(1, outcome.chores + 1) for row in range(ROWS)
    }
    assert outcome.live_fields >= {f"more_{one}" for one in range(1, outcome.chores + 1)}
    assert outcome.chain.problems == ()
