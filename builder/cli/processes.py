"""`dougong web` and `dougong worker`: the parts of a server that outgrew one process."""

from __future__ import annotations

import signal
import threading
from typing import Any

import click

from builder.cli.house import opened
from builder.cli.serve import require_free_port, run_server
from builder.cli.terms import settings_of, with_data
from runtime.settings import Settings


@click.command()
@with_data
@click.option("--host", help="The address to listen on. Default: 127.0.0.1.")
@click.option("--port", type=int, help="Default: 8000.")
@click.option("--base-url", help="The address people type; https beyond this machine.")
@click.option(
    "--trusted-proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    help="Address or network of a proxy that is believed.",
)
def web(proxies: tuple[str, ...], **given: Any) -> None:
    """Serve pages and the API from PostgreSQL; any number of these on any number of hosts."""
    settings = settings_of(**given, trusted_proxies=proxies or None)
    _require_server_database(settings)
    require_free_port(settings)
    with opened(settings):  # a wrong schema or key is said here, not in a process of the server
        pass
    click.echo(f"Serving {settings.base_url}. Timers and messages need a `dougong worker`.")
    run_server(settings, runs_jobs=False)


@click.command()
@with_data
@click.option("--base-url", help="The address people type; links in mails begin with it.")
def worker(**given: Any) -> None:
    """Work on timers and messages in PostgreSQL; any number of these on any number of hosts."""
    settings = settings_of(**given)
    _require_server_database(settings)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stopped.set())
    with opened(settings) as runtime:
        runtime.jobs.start()
        click.echo("Working. Ctrl+C stops it.")
        stopped.wait()


def _require_server_database(settings: Settings) -> None:
    if settings.is_embedded:
        raise click.ClickException(
            "This needs PostgreSQL: give --database-url. "
            "With a data directory alone, `dougong serve` is everything in one process."
        )
