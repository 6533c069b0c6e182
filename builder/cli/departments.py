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
def set_(department: str, title: str, parent: str, head: str, **where: Any) -> None:
    """Add a department or change it."""
    given = {"id": department, "title": title, "parent": parent, "head": head}
    call(settings_of(**where), "department.set", given)
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
def remove(department: str, **where: Any) -> None:
    """Forget a department; its people belong to it no longer."""
    call(settings_of(**where), "department.remove", {"id": department})
    click.echo(f"{department} is removed.")
