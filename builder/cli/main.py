"""The command itself: every subcommand by name, loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

import click

from builder.cli.terms import Commands

# Loaded late: a command that only reads a file must not wait for the web front to load.
COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "serve": "builder.cli.serve:serve",
        "web": "builder.cli.processes:web",
        "worker": "builder.cli.processes:worker",
        "migrate": "builder.cli.store:migrate",
        "lint": "builder.cli.definitions:lint",
        "fmt": "builder.cli.definitions:fmt",
        "schema": "builder.cli.definitions:schema",
        "catalog": "builder.cli.catalog:catalog",
        "sandbox": "builder.cli.sandbox:sandbox",
        "app": "builder.cli.apps:apps",
        "events": "builder.cli.store:events",
        "backup": "builder.cli.store:backup",
        "restore": "builder.cli.store:restore",
        "jobs": "builder.cli.jobs:jobs",
        "flows": "builder.cli.flows:flows",
        "keys": "builder.cli.store:keys",
        "routes": "builder.cli.routes:routes",
        "docs": "builder.cli.docs:docs",
        "records": "builder.cli.records:records",
        "user": "builder.cli.users:users",
        "department": "builder.cli.departments:departments",
    }
)


class LateCommands(Commands):
    """A group whose commands are imported when they are run or listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        found = getattr(import_module(module), name)
        return found if isinstance(found, click.Command) else None


@click.group(cls=LateCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dougong")
def main() -> None:
    """Business applications out of text: forms, flows, rules and reports from one definition."""
