"""`dougong routes`: every address of the server with the permission it asks for."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from builder.cli.terms import show_json, show_rows, with_json
from builder.web import make_designer
from runtime.bootstrap import open_runtime
from runtime.settings import load_settings
from runtime.web.app import make_app
from runtime.web.routes import RouteLine, route_lines


@click.command()
@with_json
def routes(as_json: bool) -> None:  # noqa: FBT001
    """Every HTTP route with the permission it asks for."""
    rows = [asdict(line) for line in all_routes()]
    if as_json:
        show_json(rows)
        return
    show_rows(rows, ["methods", "rule", "permission"])


def all_routes() -> tuple[RouteLine, ...]:
    """The routes of a server as it would start, on an organisation that is thrown away."""
    with TemporaryDirectory() as folder:
        runtime = open_runtime(load_settings({"data_dir": Path(folder) / "data"}, {}))
        try:
            return route_lines(make_app(runtime, [make_designer(runtime)]))
        finally:
            runtime.close()
