"""Commands on the store itself."""

from __future__ import annotations

from typing import Any

import click

from builder.cli.house import opened
from builder.cli.terms import settings_of, with_data


@click.command()
@with_data
def migrate(**where: Any) -> None:
    """Bring the database to the newest form. Safe to repeat."""
    settings = settings_of(**where)
    with opened(settings):
        click.echo(
            f"{settings.data_dir if settings.is_embedded else 'The database'} is up to date."
        )
