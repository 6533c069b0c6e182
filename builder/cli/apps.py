"""`dougong app …`: install, list, export, publish and roll back definitions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from builder.cli.house import call
from builder.cli.terms import settings_of, show_json, show_rows, text_of, with_data, with_json

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("app")
def apps() -> None:
    """Apps: install, list, export, publish, roll back."""


@apps.command()
@click.argument("files", metavar="FILE...", type=FILE, nargs=-1, required=True)
@with_data
@with_json
def install(files: tuple[Path, ...], as_json: bool, **where: Any) -> None:  # noqa: FBT001
    """Publish the first version of an app."""
    settings = settings_of(**where)
    results = [
        call(settings, "app.install", {"text": text_of(file), "name": file.name}) for file in files
    ]
    if as_json:
        show_json(results)
        return
    for result in results:
        click.echo(f"{result['app']}: version {result['version']} is live.")
        _tell_unheld(result)


@apps.command()
@click.argument("file", type=FILE)
@click.option("--note", default="", help="What changed, for the list of versions.")
@with_data
@with_json
def publish(file: Path, note: str, as_json: bool, **where: Any) -> None:  # noqa: FBT001
    """Make a definition the next live version of its app."""
    payload = {"text": text_of(file), "name": file.name, "note": note}
    result = call(settings_of(**where), "app.publish", payload)
    if as_json:
        show_json(result)
        return
    click.echo(f"{result['app']}: version {result['version']} is live.")
    _tell_unheld(result)
    if result["lost"]:
        click.echo(
            f"{result['lost']} values could not be taken over into the new kind of their field: "
            f"`dougong app versions {result['app']} --json` names them."
        )


def _tell_unheld(result: dict[str, Any]) -> None:
    if result["unheld"]:
        roles = ", ".join(result["unheld"])
        click.echo(
            f"Nobody holds yet: {roles}. What flows give to them waits until somebody does: "
            f"dougong user add EMAIL --role {result['app']}:{result['unheld'][0]}"
        )


@apps.command()
@click.argument("app")
@click.argument("version", type=click.IntRange(min=1))
@with_data
@with_json
def rollback(app: str, version: int, as_json: bool, **where: Any) -> None:  # noqa: FBT001
    """Make an earlier version live again; what was started on a later one finishes on it."""
    result = call(settings_of(**where), "app.roll_back", {"app": app, "version": version})
    if as_json:
        show_json(result)
        return
    click.echo(f"{app}: version {version} is live again.")


@apps.command("list")
@with_data
@with_json
def list_(as_json: bool, **where: Any) -> None:  # noqa: FBT001
    """Every app with its live version."""
    rows = call(settings_of(**where), "app.list", {})
    if as_json:
        show_json(rows)
        return
    show_rows(rows, ["app", "title", "version", "forms", "flows"])


@apps.command()
@click.argument("app")
@with_data
@with_json
def versions(app: str, as_json: bool, **where: Any) -> None:  # noqa: FBT001
    """All versions of an app, newest first, with the values that each could not take over.

    A field that changes its kind takes its values along; one that fits not is empty. --json names
    record and field of each.
    """
    rows = call(settings_of(**where), "app.versions", {"app": app})
    if as_json:
        show_json(rows)
        return
    show_rows(rows, ["version", "is_live", "published_at", "lost", "note"])


@apps.command()
@click.argument("app")
@click.option("--version", type=click.IntRange(min=1), help="Default: the live one.")
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path))
@with_data
def export(app: str, version: int | None, output: Path | None, **where: Any) -> None:
    """Write the text of a version, as its author wrote it."""
    result = call(settings_of(**where), "app.export", {"app": app, "version": version})
    if output is None:
        click.echo(result["text"], nl=False)
        return
    output.write_text(result["text"], "utf-8")
