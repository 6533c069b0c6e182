"""`dougong records …`: files of records in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from builder.cli.folders import Pair, pairs
from builder.cli.house import call
from builder.cli.importing import Show, imported
from builder.cli.terms import (
    form_place,
    settings_of,
    show_json,
    show_rows,
    text_of,
    with_data,
    with_json,
)
from engines.app import parse_app
from engines.errors import AppBuilderError
from runtime.exchange.mapping_schema import RULES
from runtime.exchange.run import Progress
from runtime.settings import Settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FILE_OR_FOLDER = click.Path(exists=True, path_type=Path)
MOST_SHOWN = 20
TELL_EVERY_S = 5.0


@click.group("records")
def records() -> None:
    """Records: import from CSV, XLSX and JSON; export to CSV and XLSX."""


@records.command("import")
@click.argument("file", type=FILE_OR_FOLDER)
@click.option(
    "--mapping", required=True, type=FILE_OR_FOLDER, help="Which column fills which field."
)
@click.option("--app", "definition", type=FILE, help="Install this app first, when it is not yet.")
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Check every row, store nothing.")
@click.option("--rules", type=click.Choice(RULES), help="Default: as the mapping says.")
@click.option("--again", is_flag=True, help="Import a file that was imported before once more.")
@click.option("--problems", type=click.Path(path_type=Path), help="Write all problems as CSV.")
@with_data
@with_json
@click.pass_context
def import_(ctx: click.Context, /, file: Path, as_json: bool, **given: Any) -> None:  # noqa: FBT001
    """Import a file; a killed import goes on where it was. Exit 1 when a row was refused.

    Beside a running server the file is read here and handed over in small parts.

    With a folder of mappings, FILE is the folder of the files that they name under `source: {file:
    …}`, taken in the order of the mappings' names. --problems is a folder, then.
    """
    settings = settings_of(**{name: given.pop(name) for name in ("data_dir", "database_url")})
    definition, mapping = given.pop("definition"), given.pop("mapping")
    orders = pairs(file, mapping)
    if given["is_dry_run"] and len(orders) > 1:
        raise AppBuilderError(
            "A dry run stores nothing, so no file would find what the one before it brings. "
            "Check the files one at a time."
        )
    if definition is not None:
        _install_once(settings, definition)
    results = []
    for order in orders:
        payload = _payload(order, given, is_one_of_many=mapping.is_dir())
        results.append(imported(settings, payload, _shown_now_and_then()))
        if not as_json:
            if mapping.is_dir():
                click.echo(f"{order.file.name}:")
            _show(results[-1], is_dry_run=given["is_dry_run"])
    if as_json:
        show_json(results if mapping.is_dir() else results[0])
    ctx.exit(0 if all(result["is_whole"] for result in results) else 1)


@records.command()
@click.argument("form", metavar="APP.FORM")
@click.option("--output", "-o", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--view", default="all", show_default=True, help="The view whose rows and order.")
@click.option("--column", "columns", multiple=True, help="A field. Default: every exportable one.")
@click.option("--as", "email", help="As this person may see it. Default: everything.")
@with_data
@with_json
def export(form: str, output: Path, as_json: bool, **given: Any) -> None:  # noqa: FBT001
    """Write the records of a form to a .csv or .xlsx file."""
    where = {name: given.pop(name) for name in ("data_dir", "database_url")}
    app, name = form_place(form)
    payload = {**given, "app": app, "form": name, "path": str(output.resolve())}
    result = call(settings_of(**where), "records.export", payload)
    if as_json:
        show_json(result)
        return
    click.echo(f"{result['records']} records in {output}.")


@records.command()
@click.argument("form", metavar="APP.FORM")
@click.argument("record", metavar="ID")
@click.option("--reason", required=True, help="Why, for the log.")
@with_data
@with_json
def erase(form: str, record: str, reason: str, as_json: bool, **where: Any) -> None:  # noqa: FBT001
    """Destroy the encrypted values of a person's record for good, in the log too.

    Nothing brings them back but a backup. The record itself and its other values stay.
    """
    app, name = form_place(form)
    payload = {"app": app, "form": name, "record": record, "reason": reason}
    result = call(settings_of(**where), "records.erase", payload)
    if as_json:
        show_json(result)
        return
    held = "erased" if result["had_values"] else "nothing was kept"
    click.echo(f"{record}: {held}.")


def _install_once(settings: Settings, definition: Path) -> None:
    text = text_of(definition)
    app = parse_app(text, definition.name).id
    if app not in {one["app"] for one in call(settings, "app.list", {})}:
        call(settings, "app.install", {"text": text, "name": definition.name})


def _payload(order: Pair, given: dict[str, Any], *, is_one_of_many: bool) -> dict[str, Any]:
    """What the act of importing is told; the problems of one of many go into a folder."""
    told = {**given}
    problems: Path | None = told.pop("problems")
    if problems is not None and is_one_of_many:
        problems.mkdir(parents=True, exist_ok=True)
        problems /= f"{order.mapping.stem}.csv"
    return {
        **told,
        "path": str(order.file.resolve()),
        "mapping": order.text,
        "name": str(order.mapping),
        "problems_to": str(problems.resolve()) if problems else "",
    }


def _shown_now_and_then() -> Show:
    """Tells how far an import is, on a line of its own every few seconds."""
    told_s = 0.0

    def show(progress: Progress) -> None:
        nonlocal told_s
        if progress.seconds - told_s < TELL_EVERY_S:
            return
        told_s = progress.seconds
        click.echo(
            f"{progress.rows:,} rows read, {progress.records:,} records, "
            f"{progress.refused:,} refused, {progress.seconds:.0f} s.",
            err=True,
        )

    return show


def _show(result: dict[str, Any], *, is_dry_run: bool) -> None:
    if result["problems"]:
        show_rows(result["problems"][:MOST_SHOWN], ["row", "column", "value", "reason"])
        more = result["problem_count"] - MOST_SHOWN
        click.echo(f"… and {more} more; --problems FILE writes them all." if more > 0 else "")
    verb = "could be imported" if is_dry_run else "imported"
    click.echo(
        f"{result['rows']} rows, {result['records']} records {verb}, "
        f"{result['refused']} refused, {result['seconds']} s."
    )
    click.echo(f"read    MD5 {result['read']['md5']}  SHA-256 {result['read']['sha256']}")
    stored = result["stored"]
    if stored is None:
        return
    click.echo(f"stored  MD5 {stored['md5']}  SHA-256 {stored['sha256']}")
    if stored == result["read"]:
        click.echo("Every record that was read is stored as it was read.")
    else:
        click.echo(f"{stored['records']} records are stored, and not as they were read.")
