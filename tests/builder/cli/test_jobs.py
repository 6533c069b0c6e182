"""Given-up messages and timers at the command line: listed with their error, tried again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engines.values import AppId
from runtime.bootstrap import Runtime, open_runtime
from runtime.jobs.backoff import MAX_ATTEMPTS
from runtime.ports import DeliveryRow
from runtime.settings import load_settings
from tests.builder.cli.conftest import Run
from tests.builder.cli.test_commands import written
from tests.builder.cli.test_serve import ORDERS

APP = AppId("orders")
TIDY = """\
rules:
  tidy:
    title: Tidy up
    on: {schedule: {cron: 0 9 * * 1-5, each: order}}
    do: [{set: {subject: tidied}}]
"""


@pytest.fixture
def given_up(run: Run, tmp_path: Path) -> dict[str, str]:
    """A message and a timer that nobody will try again by himself; their ids by what they are."""
    run("app", "install", written(tmp_path, "orders.yaml", ORDERS))
    runtime = organisation(tmp_path)
    runtime.store.run(lambda unit: unit.queue.add_delivery(a_message(unit.now)))
    _, lease = runtime.work.claim_deliveries(1)[0]
    runtime.store.run(lambda unit: unit.queue.failed(lease, "no such address", None))
    runtime.store.run(lambda unit: unit.instances.start_timer(APP, None, "late", unit.now))
    (timer,) = runtime.work.claim_timers(1)
    runtime.store.run(lambda unit: unit.queue.timer_failed(timer, "broken", None))
    runtime.close()
    return {"message": "d1", "timer": timer.id}


def test_given_up_work_is_listed_with_its_last_error(run: Run, given_up: dict[str, str]) -> None:
    told = json.loads(run("jobs", "list", "--json").output)

    text = run("jobs", "list").output

    assert [(one["id"], one["what"], one["error"]) for one in told] == [
        (given_up["message"], "message", "no such address"),
        (given_up["timer"], "timer", "broken"),
    ]
    assert "mail: ann@example.org" in text


def test_given_up_timer_is_listed_by_what_it_was_set_for(run: Run, tmp_path: Path) -> None:
    run("app", "install", written(tmp_path, "orders.yaml", ORDERS + TIDY))
    runtime = organisation(tmp_path)
    runtime.store.run(
        lambda unit: unit.instances.start_timer(APP, None, "schedule:tidy", unit.now)
    )
    timers = runtime.work.claim_timers(9)
    (timer,) = [one for one in timers if one.ref == "schedule:tidy"]
    runtime.store.run(lambda unit: unit.queue.timer_failed(timer, "broken", None))
    runtime.close()

    text = run("jobs", "list").output
    (told,) = json.loads(run("jobs", "list", "--json").output)

    assert "the rule Tidy up" in text
    assert "schedule:tidy" not in text
    assert (told["to"], told["waits_for"]["kind"]) == ("schedule:tidy", "rule_schedule")
    assert told["waits_for"]["title"] == "Tidy up"


@pytest.mark.parametrize("what", ["message", "timer"])
def test_repeated_work_is_due_again_and_not_listed(
    run: Run, given_up: dict[str, str], tmp_path: Path, what: str
) -> None:
    told = run("jobs", "repeat", given_up[what], "--reason", "mended", "--json")

    listed = json.loads(run("jobs", "list", "--json").output)
    runtime = organisation(tmp_path)
    due = [*runtime.work.claim_deliveries(9), *runtime.work.claim_timers(9)]
    runtime.close()
    assert json.loads(told.output) == {"repeated": [given_up[what]]}
    assert given_up[what] not in [one["id"] for one in listed]
    assert len(due) == 1


def test_everything_is_repeated_at_once_and_the_log_knows(
    run: Run, given_up: dict[str, str], tmp_path: Path
) -> None:
    result = run("jobs", "repeat", "--all", "--reason", "mended")

    runtime = organisation(tmp_path)
    runtime.work.seal()
    with runtime.store.read() as reader:
        told = [one.event for one in reader.events.after(0, 100)]
    runtime.close()
    assert "2 will be tried again" in result.output
    assert json.loads(run("jobs", "list", "--json").output) == []
    repeated: list[Any] = [one for one in told if "repeated" in str(getattr(one, "what", ""))]
    assert {one.subject for one in repeated} == set(given_up.values())


@pytest.mark.parametrize("what", ["message", "timer"])
def test_dropped_work_is_neither_due_nor_listed(
    run: Run, given_up: dict[str, str], tmp_path: Path, what: str
) -> None:
    told = run("jobs", "drop", given_up[what], "--reason", "gone", "--json")

    listed = json.loads(run("jobs", "list", "--json").output)
    runtime = organisation(tmp_path)
    due = [*runtime.work.claim_deliveries(9), *runtime.work.claim_timers(9)]
    runtime.close()
    assert json.loads(told.output) == {"dropped": [given_up[what]]}
    assert given_up[what] not in [one["id"] for one in listed]
    assert len(listed) == 1
    assert due == []


def test_list_of_another_app_says_that_nothing_was_given_up(
    run: Run, given_up: dict[str, str]
) -> None:
    assert len(given_up) == 2
    assert run("jobs", "list", "--app", "other").output == "Nothing was given up.\n"
    assert len(json.loads(run("jobs", "list", "--app", "orders", "--json").output)) == 2


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [(("nothing",), 1, "nothing"), ((), 2, "--all"), (("d1", "--all"), 2, "--all")],
    ids=["unknown", "none", "both"],
)
@pytest.mark.parametrize("act", ["repeat", "drop"])
def test_what_is_not_given_up_is_refused(
    run: Run,
    given_up: dict[str, str],
    act: str,
    arguments: tuple[str, ...],
    code: int,
    words: str,
) -> None:
    result = run("jobs", act, *arguments)

    assert result.exit_code == code
    assert words in result.output
    assert len(json.loads(run("jobs", "list", "--json").output)) == len(given_up)


def test_what_waited_in_a_backup_is_held_until_somebody_decides(run: Run, tmp_path: Path) -> None:
    run("app", "install", written(tmp_path, "orders.yaml", ORDERS))
    runtime = organisation(tmp_path)
    runtime.store.run(lambda unit: unit.queue.add_delivery(a_message(unit.now)))
    runtime.close()
    run("backup", tmp_path / "all.backup")
    (tmp_path / "new.key").write_bytes((tmp_path / "data.key").read_bytes())
    (tmp_path / "new.key").chmod(0o600)

    restored = run("restore", tmp_path / "all.backup", "--data", tmp_path / "new")

    listed = json.loads(run("jobs", "list", "--json", "--data", tmp_path / "new").output)
    assert "1 messages had not left" in restored.output
    assert [(one["id"], "held back" in one["error"]) for one in listed] == [("d1", True)]


def organisation(tmp_path: Path) -> Runtime:
    return open_runtime(load_settings({"data_dir": tmp_path / "data"}, {}))


def a_message(now: Any) -> DeliveryRow:
    return DeliveryRow(
        id="d1",
        app=APP,
        channel="mail",
        target="ann@example.org",
        subject="Hello",
        body="Text",
        key="key-d1",
        form=None,
        record=None,
        state="due",
        attempts=MAX_ATTEMPTS,
        next_at=now,
        created_at=now,
    )
