"""`dougong lint`, `fmt`, `schema`: definitions as files, without any data."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from builder.cli.terms import diagnostics_json, show_json, text_of, with_json
from builder.manual import schema_text
from engines.app import problems_of
from engines.errors import DefinitionError
from engines.source.fmt import fmt as formatted

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("files", metavar="FILE...", type=FILE, nargs=-1, required=True)
@with_json
@click.pass_context
def lint(ctx: click.Context, files: tuple[Path, ...], as_json: bool) -> None:  # noqa: FBT001
    """Say everything that is wrong with definitions; exit 1 when something is.

    What is only worth a look is a warning: it never keeps a definition from being published.
    """
    found = [one for file in files for one in problems_of(file.read_bytes(), str(file))]
    if as_json:
        show_json(diagnostics_json(found))
    else:
        for one in found:
            click.echo(str(one))
    ctx.exit(0 if all(one.is_warning for one in found) else 1)


@click.command()
@click.argument("files", metavar="FILE...", type=FILE, nargs=-1, required=True)
@click.option("--check", "is_check", is_flag=True, help="Change nothing; exit 1 if one would be.")
@click.pass_context
def fmt(ctx: click.Context, files: tuple[Path, ...], is_check: bool) -> None:  # noqa: FBT001
    """Put definitions into their canonical form, keeping comments and order."""
    changed = []
    for file in files:
        before = text_of(file)
        try:
            after = formatted(before)
        except DefinitionError as error:
            found = [str(replace(one, file=str(file))) for one in error.diagnostics]
            raise click.ClickException("\n".join(found)) from error
        if after == before:
            continue
        changed.append(file)
        if not is_check:
            file.write_text(after, "utf-8")
    for file in changed:
        click.echo(f"{file} {'is not formatted' if is_check else 'formatted'}")
    ctx.exit(1 if is_check and changed else 0)


@click.command()
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path))
def schema(output: Path | None) -> None:
    """The JSON Schema of definitions, for editors."""
    text = schema_text()
    if output is None:
        click.echo(text, nl=False)
        return
    output.write_text(text, "utf-8")
