"""A database that cannot work now: a refusal that says when to come back, then all is well."""

from __future__ import annotations

import resource
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from engines.values import FormId
from runtime.adapters.clock import SettableClock
from runtime.adapters.keys import new_master_keys
from runtime.ports import RecordQuery
from runtime.store.postgres import PostgresStore
from runtime.store.sqlite import SqliteStore
from tests.support.sites import MORNING, Program, Site, a_site
from tests.support.stores import CountingIds, opened_store

LIST = "/api/v1/desk/request"
POOL = 3
LONGEST_S = 60  # a page waits five seconds for a connection, and a machine may be slow


@pytest.fixture
def pooled(migrated_url: str, tmp_path: Path) -> Iterator[Site]:
    """A site on PostgreSQL with few connections, whose clerk has been here before."""
    clock = SettableClock(MORNING)
    parts: dict[str, Any] = {"clock": clock, "ids": CountingIds(), "wrap": new_master_keys()}
    store = PostgresStore(migrated_url, pool_size=POOL, **parts)
    site = a_site(store, clock, tmp_path)
    site.person("cleo", "clerk")
    yield site
    store.close()


@pytest.fixture
def on_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    clock = SettableClock(MORNING)
    with opened_store("file", request, tmp_path, clock=clock) as store:
        site = a_site(store, clock, tmp_path)
        site.person("cleo", "clerk")
        yield site


@pytest.mark.postgres
def test_when_all_connections_are_held_a_request_is_told_to_come_back(pooled: Site) -> None:
    program = pooled.program("cleo")
    began_s = time.perf_counter()

    with ExitStack() as held:
        for _ in range(POOL):
            held.enter_context(pooled.runtime.store.read())
        refused = program.call("POST", LIST, {"values": {"subject": "x"}})
    spent_s = time.perf_counter() - began_s
    served = program.call("POST", LIST, {"values": {"subject": "x"}})

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert refused.get_json()["error"]["code"] == "busy"
    assert spent_s < LONGEST_S
    assert served.status_code == 201


@pytest.mark.postgres
def test_two_hundred_at_once_on_few_connections_are_all_answered(pooled: Site) -> None:
    programs = [pooled.program("cleo") for _ in range(20)]

    def submit(number: int) -> int:
        program = Program(pooled.app.test_client(), programs[number % 20].token)
        return program.call("POST", LIST, {"values": {"subject": f"n{number}"}}).status_code

    with ThreadPoolExecutor(200) as pool:
        statuses = list(pool.map(submit, range(200)))

    assert set(statuses) <= {201, 429, 503}
    assert statuses.count(201) == stored(pooled)


def test_a_full_disk_refuses_and_heals_when_there_is_space_again(on_disk: Site) -> None:
    program = on_disk.program("cleo")
    body = {"values": {"subject": "x", "details": "y" * 9_000}}
    limit(on_disk, 1)

    refused = [program.call("POST", LIST, body) for _ in range(5)][-1]
    half_done = stored(on_disk)
    limit(on_disk, 100_000)
    served = program.call("POST", LIST, body)

    assert (refused.status_code, refused.headers["Retry-After"]) == (507, "60")
    assert refused.get_json()["error"]["code"] == "no_space"
    assert served.status_code == 201
    assert stored(on_disk) == half_done + 1


def test_an_attachment_that_finds_no_space_leaves_nothing_behind(
    on_disk: Site, tmp_path: Path
) -> None:
    program = on_disk.program("cleo")
    with small_files():
        refused = upload(program)

    served = upload(program)

    assert refused.status_code == 507
    assert served.status_code == 201
    assert len(list((tmp_path / "files").glob("*/*"))) == 2  # the served one and its key


def upload(program: Program) -> Any:
    return program.client.post(
        "/api/v1/desk/-/files/request/papers",
        data={"file": (BytesIO(b"%PDF-1.4\n" + b"x" * 200_000), "paper.pdf")},
        headers={"Authorization": f"Bearer {program.token}"},
        content_type="multipart/form-data",
    )


def stored(site: Site) -> int:
    form = FormId("request")
    with site.runtime.store.read() as reader:
        table = site.runtime.live.app(reader, site.world.app).table(form)
        return int(reader.records.count(table, RecordQuery(form)))


@contextmanager
def small_files() -> Iterator[None]:
    """The system refuses to let any file of this process grow beyond 64 kB."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def limit(site: Site, pages: int) -> None:
    """Let the database file grow by so many pages at most."""
    assert isinstance(site.runtime.store, SqliteStore)

    def work(unit: Any) -> None:
        raw: sqlite3.Connection = unit.session.raw
        (pages_now,) = raw.execute("PRAGMA page_count").fetchone()
        raw.execute(f"PRAGMA max_page_count={pages_now + pages}")

    site.runtime.store.run(work)
