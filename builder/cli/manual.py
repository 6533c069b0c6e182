"""The reference page of the commands, made of the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

_HEAD = """\
# Commands

Every command says the same with `--help`. Where results are printed, `--json` prints them for
programs. A command that changes data while `dougong serve` runs hands its work to that process.
"""


def command_page(root: click.Context) -> str:
    """`docs/reference/commands.md`."""
    parts = [_HEAD]
    for path, command in _commands(root.command, root, "dougong"):
        parts.append(_entry(path, command))
    return "\n".join(parts)


def _commands(
    command: click.Command, context: click.Context, path: str
) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield path, command
        return
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        if found is not None:
            yield from _commands(found, context, f"{path} {name}")


def _entry(path: str, command: click.Command) -> str:
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    options = [one for one in command.params if isinstance(one, click.Option)]
    usage = " ".join([path, *(one.make_metavar(click.Context(command)) for one in arguments)])
    lines = [f"## {path}", "", " ".join((command.help or "").split()), "", f"`{usage}`", ""]
    if options:
        lines += ["| option | |", "|---|---|", *map(_option, options), ""]
    return "\n".join(lines)


def _option(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    return f"| {names} | {_about(option)} |"


def _about(option: click.Option) -> str:
    told = [option.help or ""]
    values: Any = getattr(option.type, "choices", None)
    if values:
        told.append("One of " + ", ".join(f"`{one}`" for one in values) + ".")
    if option.required:
        told.append("Required.")
    if option.multiple:
        told.append("May be given several times.")
    return " ".join(one for one in told if one)
