"""`dougong catalog`: every type an author may write, with its options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from builder.cli.terms import show_json, show_rows, with_json
from builder.reference import SETS, type_entries


@click.command()
@click.argument("which", type=click.Choice([*SETS, "all"]), default="all")
@with_json
def catalog(which: str, as_json: bool) -> None:  # noqa: FBT001
    """Field, node, action, chart and assignee types with their options."""
    names = list(SETS) if which == "all" else [which]
    found: Mapping[str, list[dict[str, Any]]] = {name: type_entries(name) for name in names}
    if as_json:
        show_json(found)
        return
    for name in names:
        click.echo(f"\n{name.upper()}")
        rows = [
            {**one, "options": [option["name"] for option in one["options"]]}
            for one in found[name]
        ]
        show_rows(rows, ["type", "title", "options"])
