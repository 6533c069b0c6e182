"""`dougong jobs …`: messages and timers that were given up."""

from __future__ import annotations

from typing import Any

import click

from builder.cli.house import call
from builder.cli.terms import settings_of, show_json, show_rows, with_data, with_json


@click.group()
def jobs() -> None:
    """Messages and timers that were given up: list them, try them again."""


@jobs.command("list")
@with_data
@with_json
def list_(as_json: bool, **where: Any) -> None:  # noqa: FBT001
    """What was tried too often, or refused for good, with the last error."""
    rows = call(settings_of(**where), "jobs.given_up", {})
    if as_json:
        show_json(rows)
        return
    show_rows(rows, ["id", "what", "app", "to", "attempts", "error"])


@jobs.command()
@click.argument("ids", metavar="ID...", nargs=-1)
@click.option("--all", "is_all", is_flag=True, help="Everything that was given up.")
@click.option("--reason", default="", help="Why, for the log.")
@with_data
@with_json
def repeat(
    ids: tuple[str, ...],
    is_all: bool,  # noqa: FBT001
    reason: str,
    as_json: bool,  # noqa: FBT001
    **where: Any,
) -> None:
    """Try given-up work again; a message keeps its key, so that a receiver sees it once."""
    if bool(ids) == is_all:
        raise click.UsageError("Name what to repeat, or give --all.")
    payload = {"ids": ids, "all": is_all, "reason": reason}
    result = call(settings_of(**where), "jobs.repeat", payload)
    if as_json:
        show_json(result)
        return
    click.echo(f"{len(result['repeated'])} will be tried again.")
