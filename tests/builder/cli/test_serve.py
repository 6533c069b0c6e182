"""The served process: first start, restart, hand-over of other commands, stop and kill."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from builder.cli.serve import run_server
from engines.errors import BugError
from runtime.adapters.control import ask
from runtime.adapters.lock import DirectoryLock
from runtime.settings import Settings
from tests.builder.cli.conftest import Run
from tests.support.server import REPAIRS, Server, dougong, get, serve_demo, started
from tests.support.waiting import wait_until

ORDERS = """\
format: 1
app: orders
title: Orders
roles: {clerk: {title: Clerk}}
forms:
  order:
    title: Order
    fields: {subject: {type: text}}
    access: {clerk: {create: true, read: true}}
"""


def test_demo_prints_a_link_for_the_admin_and_each_role(server: Server) -> None:
    assert set(server.links) == {"administrator", "owner", "smith", "chief"}


def test_a_printed_link_opens_a_sign_in_page(server: Server) -> None:
    path = server.link("smith").removeprefix(server.base_url)

    assert get(server, path)[0] == 200


def test_it_opens_the_last_link_once_it_answers(tmp_path: Path) -> None:
    seen = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {seen}.part && mv {seen}.part {seen}\n')
    browser.chmod(0o755)

    server = started(tmp_path / "data", REPAIRS, browser=f"{browser} %s")
    try:
        wait_until(seen.exists)
        assert f": {seen.read_text()}\n" in server.said
    finally:
        server.stop()


def test_nothing_is_forked_beside_a_thread(tmp_path: Path) -> None:
    ended = threading.Event()
    thread = threading.Thread(target=ended.wait)
    thread.start()

    with pytest.raises(BugError, match="threads before the fork"):
        run_server(Settings(data_dir=tmp_path), runs_jobs=False)

    ended.set()
    thread.join()


def test_a_command_reaches_the_data_through_the_serving_process(
    server: Server, tmp_path: Path
) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text(ORDERS, "utf-8")

    dougong("app", "install", file, "--data", server.data_dir)

    listed = ask(server.data_dir, "app.list", {})
    assert {one["app"]: one["version"] for one in listed} == {"repairs": 1, "orders": 1}


def test_what_was_stored_is_there_after_kill_and_restart(tmp_path: Path) -> None:
    first = started(tmp_path / "data", REPAIRS)
    ask(first.data_dir, "user.add", {"email": "ann@example.org", "roles": ["repairs:smith"]})

    first.kill()

    with serve_demo(tmp_path / "data", REPAIRS) as second:
        people = ask(second.data_dir, "user.list", {})
        assert "ann@example.org" in [one["email"] for one in people]


def test_a_stopped_server_lets_go_of_the_directory(tmp_path: Path) -> None:
    server = started(tmp_path / "data", REPAIRS)

    server.stop()

    assert server.process.returncode == 0
    assert not (server.data_dir / "dougong.sock").exists()
    DirectoryLock.taken(server.data_dir).release()


def test_a_worker_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    server = started(tmp_path / "data", REPAIRS)

    server.process.kill()
    server.process.wait()

    with serve_demo(tmp_path / "data", REPAIRS) as again:
        assert get(again, "/ready")[0] == 200


def test_demo_refuses_a_host_that_others_reach(run: Run) -> None:
    result = run("serve", "--demo", "--host", "192.0.2.7", "--base-url", "https://a.example.org")

    assert result.exit_code == 1
    assert "--demo opens accounts without passwords" in result.output


def test_another_host_without_https_is_told_what_to_set(run: Run) -> None:
    result = run("serve", "--host", "192.0.2.7")

    assert result.exit_code == 1
    assert "--base-url https://" in result.output


def test_a_port_in_use_is_named(run: Run, server: Server) -> None:
    result = run("serve", "--port", server.port)

    assert result.exit_code == 1
    assert f"127.0.0.1:{server.port}" in result.output


def test_the_first_start_opens_the_door_for_an_admin_only(tmp_path: Path) -> None:
    server = started(tmp_path / "data", is_demo=False)

    server.stop()

    assert set(server.links) == {"administrator"}
