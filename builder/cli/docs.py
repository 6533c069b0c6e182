"""`dougong docs`: the reference pages, written from the catalogues, or compared with them."""

from __future__ import annotations

from pathlib import Path

import click

from builder.cli.manual import command_page
from builder.manual import reference_pages
from engines.errors import AppBuilderError

ROOT = Path(__file__).resolve().parents[2]


@click.command()
@click.option("--check", "is_check", is_flag=True, help="Change nothing; exit 1 if one is stale.")
@click.pass_context
def docs(ctx: click.Context, /, is_check: bool) -> None:  # noqa: FBT001
    """Write docs/reference and docs/settings.md from the code of this checkout."""
    if not (ROOT / "docs").is_dir():
        raise AppBuilderError("The pages are written in a checkout; this is an installed package.")
    pages = {**reference_pages(ROOT), "docs/reference/commands.md": command_page(ctx.find_root())}
    stale = [name for name, text in pages.items() if _text(ROOT / name) != text]
    for name in stale:
        if not is_check:
            (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / name).write_text(pages[name], "utf-8")
        click.echo(f"{name} {'is stale: run `make docs`' if is_check else 'written'}")
    ctx.exit(1 if is_check and stale else 0)


def _text(file: Path) -> str | None:
    return file.read_text("utf-8") if file.exists() else None
