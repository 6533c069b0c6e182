"""The totals of the crash tests, printed at the end of a run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.crash.driver import Outcome

ROWS: pytest.StashKey[list[tuple[str, int, Outcome]]] = pytest.StashKey()
HEAD = "database    seed  told  chores  kills  repeats  lost  stuck  mails  doubled  chain"


@pytest.fixture
def kept(request: pytest.FixtureRequest) -> Callable[[str, int, Outcome], None]:
    """Keeps an outcome for the table."""
    rows = request.config.stash.setdefault(ROWS, [])
    return lambda database, seed, outcome: rows.append((database, seed, outcome))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table; nothing where no crash test ran, or where other processes ran them."""
    rows = terminalreporter.config.stash.get(ROWS, [])
    if not rows:
        return
    terminalreporter.section("killed under load")
    terminalreporter.write_line(HEAD)
    for database, seed, one in rows:
        terminalreporter.write_line(line_of(database, str(seed), [one]))
    for name in sorted({database for database, _, _ in rows}):
        of_one = [one for database, _, one in rows if database == name]
        terminalreporter.write_line(line_of(name, "all", of_one))


def line_of(database: str, seed: str, outcomes: list[Outcome]) -> str:
    told = sum(len(one.acknowledged) for one in outcomes)
    lost = sum(len(set(one.acknowledged) - set(one.subjects)) for one in outcomes)
    stuck = sum(one.open_timers + one.dead_letters + one.unsent for one in outcomes)
    mails = sum(one.mails for one in outcomes)
    once = sum(len(set().union(*one.message_ids.values())) for one in outcomes)
    chain = sum(len(one.chain.problems) for one in outcomes)
    chores, kills, repeats = (
        sum(getattr(one, name) for one in outcomes) for name in ("chores", "kills", "repeats")
    )
    return (
        f"{database:<10}  {seed:>4}  {told:>4}  {chores:>6}  {kills:>5}  {repeats:>7}  {lost:>4}  "
        f"{stuck:>5}  {mails:>5}  {mails - once:>7}  {chain:>5}"
    )
