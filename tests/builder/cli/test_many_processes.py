"""Many processes at one data directory: one works on it, the others hand over or wait."""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path

import pytest

from builder.cli import main
from builder.cli.acts import carry_out
from builder.cli.house import opened
from runtime.adapters.control import ControlServer, ask
from runtime.adapters.lock import DirectoryLock
from runtime.settings import load_settings
from tests.support.server import free_port

PROCESSES = 8
ENDED_WITHIN_S = 240  # a command that hangs says where and ends
ADDING = tuple(("user", "add", f"p{number}@example.org") for number in range(PROCESSES))
EVERYBODY = {address for _, _, address in ADDING}


@pytest.mark.slow
def test_commands_at_a_served_directory_are_handed_over_and_a_server_is_refused(
    tmp_path: Path,
) -> None:
    serve = ("serve", "--port", str(free_port()))
    with opened(load_settings({"data_dir": tmp_path / "data"}, {})) as runtime:
        control = ControlServer(
            tmp_path / "data", lambda act, payload: carry_out(runtime, act, payload)
        )
        control.start()
        *done, refused = at_once(tmp_path, [*ADDING, serve])

        people = {one["email"] for one in ask(tmp_path / "data", "user.list", {})}
        control.close()

    assert [(code, text) for code, text in done if code != 0] == []
    assert people >= EVERYBODY
    assert refused[0] == 1
    assert "is in use by process" in refused[1]


@pytest.mark.slow
def test_commands_without_a_server_wait_for_each_other(tmp_path: Path) -> None:
    done = at_once(tmp_path, ADDING)

    ((_, listed),) = at_once(tmp_path, [("user", "list", "--json")])
    assert [(code, text) for code, text in done if code != 0] == []
    assert all(address in listed for address in EVERYBODY)
    DirectoryLock.taken(tmp_path / "data").release()


def at_once(tmp_path: Path, commands: Sequence[tuple[str, ...]]) -> list[tuple[int | None, str]]:
    """Exit code and output of each command, when all begin together in processes of their own."""
    context = get_context("forkserver")
    # Read once, by the process that the others are forked from.
    context.set_forkserver_preload(["builder.cli.house", "builder.cli.users", "builder.cli.serve"])
    running = []
    for at, command in enumerate(commands):
        output = tmp_path / f"{len(commands)}.{at}.log"
        arguments = (*command, "--data", str(tmp_path / "data"))
        process = context.Process(target=carried_out, args=(arguments, output))
        process.start()
        running.append((process, output))
    for process, _ in running:
        process.join(ENDED_WITHIN_S)
    return [(process.exitcode, output.read_text("utf-8")) for process, output in running]


def carried_out(arguments: Sequence[str], output: Path) -> None:
    """One command in this process."""
    faulthandler.dump_traceback_later(ENDED_WITHIN_S - 10, exit=True)
    with output.open("wb") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    main([*arguments], prog_name="dougong")
