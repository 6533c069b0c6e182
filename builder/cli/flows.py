"""`dougong flows …`: which version running cases follow, and how they come to another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import orjson

from builder.cli.house import call
from builder.cli.terms import Command, settings_of, show_json, show_rows, with_data, with_json
from runtime.access.lists import OPERATORS

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
MOST_ROWS = 50  # printed of each kind; --json has all
_WORDS = {
    "plan": {"moves": "would move", "stays": "stay", "needs_a_person": "need a person"},
    "migrate": {"moves": "moved", "stays": "stayed", "needs_a_person": "need a person"},
    "undo": {"moves": "went back", "stays": "stayed", "needs_a_person": "need a person"},
}


@click.group()
def flows() -> None:
    """Running cases: the versions they follow; bring them to another version, and back."""


@flows.command("list")
@click.argument("app")
@with_data
@with_json
def list_(app: str, as_json: bool, **where: Any) -> None:  # noqa: FBT001
    """How many cases that have not ended follow each version of each flow."""
    rows = call(settings_of(**where), "flows.list", {"app": app})
    if as_json:
        show_json(rows)
        return
    if not rows:
        click.echo("No case is going on.")
        return
    show_rows(rows, ["flow", "title", "version", "is_live", "cases"])


def _cases(command: Command) -> Command:
    """The arguments and options that say which cases."""
    for option in (
        click.argument("flow"),
        click.argument("app"),
        click.option(
            "--at", default="", metavar="NODE", help="Those with something at this node."
        ),
        click.option("--case", "instances", multiple=True, metavar="ID", help="This case alone."),
        click.option(
            "--where",
            "filters",
            multiple=True,
            metavar="FIELD~OPERATOR~VALUE",
            help=f"Those whose record holds this. Operators: {', '.join(OPERATORS)}.",
        ),
    ):
        command = option(command)
    return command


def _mapped(command: Command) -> Command:
    """The options that say which version, and name nodes with another id there."""
    for option in (
        click.option(
            "--to", type=click.IntRange(min=1), help="The version. Default: the live one."
        ),
        click.option(
            "--mapping", "file", type=FILE, help='Renamed nodes as a JSON file: {"old": "new"}.'
        ),
        click.option(
            "--node", "nodes", multiple=True, metavar="OLD=NEW", help="One renamed node."
        ),
    ):
        command = option(command)
    return command


@flows.command()
@_cases
@_mapped
@with_data
@with_json
def plan(file: Path | None, nodes: tuple[str, ...], as_json: bool, **given: Any) -> None:  # noqa: FBT001
    """Say what would become of each case, and why; changes nothing."""
    _bring("plan", {**given, "mapping": _mapping(file, nodes)}, as_json=as_json)


@flows.command()
@_cases
@_mapped
@click.option("--reason", default="", help="Why, for the log.")
@with_data
@with_json
def migrate(file: Path | None, nodes: tuple[str, ...], as_json: bool, **given: Any) -> None:  # noqa: FBT001
    """Bring cases to another version; those that need a person stay as they are."""
    _bring("migrate", {**given, "mapping": _mapping(file, nodes)}, as_json=as_json)


@flows.command()
@_cases
@click.option(
    "--to", type=click.IntRange(min=1), required=True, help="The version they go back to."
)
@click.option("--reason", default="", help="Why, for the log.")
@with_data
@with_json
def undo(as_json: bool, **given: Any) -> None:  # noqa: FBT001
    """Bring those back to version --to that were brought from it."""
    _bring("undo", given, as_json=as_json)


def _bring(how: str, given: dict[str, Any], *, as_json: bool) -> None:
    where = {name: given.pop(name) for name in ("data_dir", "database_url")}
    given["where"] = [_filter(text) for text in given.pop("filters")]
    result = call(settings_of(**where), "flows.bring", {**given, "how": how})
    if as_json:
        show_json(result)
        return
    _show(result, _WORDS[how])


def _show(result: Mapping[str, Any], words: Mapping[str, str]) -> None:
    cases = result["instances"]
    counts = Counter(one["verdict"] for one in cases)
    told = ", ".join(f"{counts[verdict]} {word}" for verdict, word in words.items())
    click.echo(f"Version {result['version']} of {result['flow']}: {told}.")
    for verdict in ("needs_a_person", "moves"):
        rows = [
            {"case": one["instance"], "record": one["record"], "why": "; ".join(one["why"])}
            for one in cases
            if one["verdict"] == verdict
        ]
        if rows:
            click.echo(f"\n{counts[verdict]} {words[verdict]}:")
            show_rows(rows[:MOST_ROWS], ["case", "record", "why"])
        if len(rows) > MOST_ROWS:
            click.echo(f"… and {len(rows) - MOST_ROWS} more; --json has all.")


def _mapping(file: Path | None, nodes: tuple[str, ...]) -> dict[str, str]:
    found = _of_file(file) if file is not None else {}
    for text in nodes:
        old, sign, new = text.partition("=")
        if not (old and sign and new):
            raise click.UsageError(f"--node is OLD=NEW, not {text!r}.")
        found[old] = new
    return found


def _of_file(file: Path) -> dict[str, str]:
    try:
        data = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError as error:
        raise click.ClickException(f"{file} is not JSON: {error}") from error
    is_map = isinstance(data, dict) and all(isinstance(one, str) for one in data.values())
    if not is_map:
        raise click.ClickException(f'{file} is no map of node ids: {{"old": "new"}}')
    return dict(data)


def _filter(text: str) -> tuple[str, str, str]:
    field, _, rest = text.partition("~")
    operator, _, value = rest.partition("~")
    if not field or operator not in OPERATORS:
        raise click.UsageError(
            f"--where is FIELD~OPERATOR~VALUE, not {text!r}; operators: {', '.join(OPERATORS)}."
        )
    return field, operator, value
