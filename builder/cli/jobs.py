"""`dougong jobs …`: messages and timers that were given up."""

from __future__ import annotations

from typing import Any

import click

from builder.cli.house import call
from builder.cli.terms import Command, settings_of, show_json, show_rows, with_data, with_json

_COLUMNS = ("id", "what", "app", "to", "attempts", "error")
_APP = click.option("--app", default="", help="Of this app alone. Default: of all.")


@click.group()
def jobs() -> None:
    """Messages and timers that were given up: list them, try them again, drop them."""


@jobs.command("list")
@_APP
@with_data
@with_json
def list_(app: str, as_json: bool, **where: Any) -> None:  # noqa: FBT001
    """What was tried too often, or refused for good, with the last error."""
    rows = call(settings_of(**where), "jobs.given_up", {"app": app})
    if as_json:
        show_json(rows)
        return
    if not rows:
        click.echo("Nothing was given up.")
        return
    show_rows([{**row, "to": _whither(row)} for row in rows], _COLUMNS)


def _whither(row: dict[str, Any]) -> str:
    """Whom a message was for; what a timer was set for, in words, of which flow or record."""
    told = row.get("waits_for")
    if told is None:
        return str(row["to"])
    return ", ".join(one for one in (told["text"], told["flow"], told["record_title"]) if one)


def _which(command: Command) -> Command:
    """The arguments and options that say which of the given-up work is meant."""
    for option in (
        click.argument("ids", metavar="ID...", nargs=-1),
        click.option("--all", "is_all", is_flag=True, help="Everything that was given up."),
        _APP,
        click.option("--reason", default="", help="Why, for the log."),
    ):
        command = option(command)
    return command


@jobs.command()
@_which
@with_data
@with_json
def repeat(as_json: bool, **given: Any) -> None:  # noqa: FBT001
    """Try given-up work again; a message keeps its key, so that a receiver sees it once."""
    result = _done(given, "jobs.repeat")
    if as_json:
        show_json(result)
        return
    click.echo(f"{len(result['repeated'])} will be tried again.")


@jobs.command()
@_which
@with_data
@with_json
def drop(as_json: bool, **given: Any) -> None:  # noqa: FBT001
    """Try given-up work never again; what waits for a dropped timer waits on."""
    result = _done(given, "jobs.drop")
    if as_json:
        show_json(result)
        return
    click.echo(f"{len(result['dropped'])} dropped.")


def _done(given: dict[str, Any], act: str) -> Any:
    where = {name: given.pop(name) for name in ("data_dir", "database_url")}
    given["all"] = given.pop("is_all")
    if bool(given["ids"]) == given["all"]:
        raise click.UsageError("Name what is meant, or give --all.")
    return call(settings_of(**where), act, given)
