"""`dougong serve`: everything in one process; the first start opens the door."""

from __future__ import annotations

import os
import socket
import threading
from functools import partial
from pathlib import Path
from typing import Any

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from builder.cli.acts.demo import Link, first_admin, set_up
from builder.cli.bundled import demo_apps
from builder.cli.house import opened
from builder.cli.opening import open_when_ready
from builder.cli.serving import load_application
from builder.cli.terms import settings_of, text_of, with_data
from engines.errors import BugError
from runtime.settings import Settings, is_loopback
from runtime.web.reception import waiting_threads

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
STOP_WITHIN_S = 30


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
@click.option(
    "--demo", is_flag=True, help="Sample apps with people and records, on loopback only."
)
@click.option(
    "--app", "apps", multiple=True, type=FILE, help="The demo of this definition instead."
)
@click.option("--open", "opens", is_flag=True, help="Open a browser.")
def serve(
    demo: bool,  # noqa: FBT001
    apps: tuple[Path, ...],
    opens: bool,  # noqa: FBT001
    proxies: tuple[str, ...],
    **given: Any,
) -> None:
    """Serve everything from one data directory. The first start prints a sign-in link."""
    settings = settings_of(**given, trusted_proxies=proxies or None)
    _require_safe_demo(settings, is_demo=demo)
    require_free_port(settings)
    links = _prepared(settings, (apps or demo_apps()) if demo else ())
    _show(settings, links)
    if opens:
        address = links[-1]["link"] if links else settings.base_url
        open_when_ready(settings.host, settings.port, address)
    run_server(settings, runs_jobs=True)


def run_server(settings: Settings, *, runs_jobs: bool) -> None:
    """Serve until a signal; one worker process with threads.

    Raises BugError where this process has other threads: the worker is forked from it.
    """
    if threading.active_count() > 1:
        raise BugError(f"threads before the fork: {threading.enumerate()}")
    server = Granian(
        "dougong",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=waiting_threads(settings.threads),
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,
        workers_kill_timeout=STOP_WITHIN_S,
    )
    loader = partial(load_application, settings, os.getpid(), runs_jobs=runs_jobs)
    server.serve(target_loader=loader, wrap_loader=False)


def _require_safe_demo(settings: Settings, *, is_demo: bool) -> None:
    if is_demo and not is_loopback(settings.host):
        raise click.ClickException(
            f"--demo opens accounts without passwords and refuses {settings.host}: "
            "leave --host away, or serve without --demo."
        )


def require_free_port(settings: Settings) -> None:
    """Say it before anything is prepared when nothing can listen there."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise click.ClickException(
                f"Nothing can listen on {settings.host}:{settings.port} ({error.strerror}). "
                "Give another --port."
            ) from error


def _prepared(settings: Settings, apps: tuple[Path, ...]) -> list[Link]:
    """The database migrated, the demo set up; the links that open the door."""
    with opened(settings) as runtime:
        admin = first_admin(runtime)
        links = [admin] if admin is not None else []
        for file in apps:
            links += set_up(runtime, text_of(file), file.name)
    return links


def _show(settings: Settings, links: list[Link]) -> None:
    if links:
        click.echo("One-time sign-in links, each good for one day:")
    for link in links:
        where = f" of {link['app']}" if "app" in link else ""
        click.echo(f"  {link['who']}{where}: {link['link']}")
    click.echo(f"Serving {settings.base_url} from {settings.data_dir}. Ctrl+C stops it.")
