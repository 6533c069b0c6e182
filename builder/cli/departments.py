"""`dougong department …`: the departments of the organisation and who heads them."""

from __future__ import annotations

from typing import Any

import click

from builder.cli.house import call
from builder.cli.terms import settings_of, show_json, show_rows, with_data, with_json


@click.group("department")
def departments() -> None:
    """Departments: set, list, remove."""


@departments.command("set")
@click.argument("department")
@click.option("--title", default="", help="Default: its id.")
@click.option("--parent", default="", help="The department above it.")
@click.option("--head", default="", metavar="EMAIL", help="Who heads it.")
@with_data
@with_json
def set_(department: str, as_json: bool, **given: Any) -> None:  # noqa: FBT001
    """Add a department or change it; what is not given is emptied."""
    where = {name: given.pop(name) for name in ("data_dir", "database_url")}
    result = call(settings_of(**where), "department.set", {**given, "id": department})
    if as_json:
        show_json(result)
        return
    click.echo(f"{department} is set.")


@departments.command("list")
@with_data
@with_json
def list_(as_json: bool, **where: Any) -> None:  # noqa: FBT001
    """Every department with its head."""
    rows = call(settings_of(**where), "department.list", {})
    if as_json:
        show_json(rows)
        return
    show_rows(rows, ["id", "title", "parent", "head"])


@departments.command()
@click.argument("department")
@with_data
@with_json
def remove(department: str, as_json: bool, **where: Any) -> None:  # noqa: FBT001
    """Forget a department; its people belong to it no longer."""
    result = call(settings_of(**where), "department.remove", {"id": department})
    if as_json:
        show_json(result)
        return
    click.echo(f"{department} is removed.")
