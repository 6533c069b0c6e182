"""What all commands share: how they name the data directory, print results and say what is wrong.

Not here: how the data is opened (`house`) and what is done to it (`acts`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
import orjson

from engines.diagnostics import Diagnostic, format_path
from engines.errors import AppBuilderError, DefinitionError, FieldErrors
from runtime.settings import Settings, load_settings

Command = TypeVar("Command", bound=Callable[..., Any])


class Commands(click.Group):
    """A group that turns our errors, and files it cannot use, into sentences; exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except AppBuilderError as error:
            raise click.ClickException(error_text(error)) from error
        except OSError as error:
            if error.filename is None:
                raise  # not about a file that somebody named
            raise click.ClickException(f"{error.filename}: {error.strerror}.") from error


def error_text(error: AppBuilderError) -> str:
    """An error for the person at the terminal."""
    if isinstance(error, FieldErrors):
        from builder.cli.words import problem_sentence

        return "\n".join(f"{one.path}: {problem_sentence(one)}" for one in error.problems)
    return str(error)


def text_of(file: Path) -> str:
    """The text of a file that somebody named."""
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise click.ClickException(
            f"{file}: byte {byte:#04x} is not UTF-8. Save the file in the encoding UTF-8."
        ) from error


def with_data(command: Command) -> Command:
    """The options that say which organisation a command is about."""
    for option in (
        click.option(
            "--data",
            "data_dir",
            type=click.Path(file_okay=False, path_type=Path),
            help="The data directory. Default: data.",
        ),
        click.option(
            "--database-url",
            help="PostgreSQL in place of the directory's SQLite: postgresql://user@host/name.",
        ),
    ):
        command = option(command)
    return command


def with_json(command: Command) -> Command:
    """`--json`: the result for programs."""
    return click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")(
        command
    )


def form_place(text: str) -> tuple[str, str]:
    """App and form of `APP.FORM`."""
    app, dot, form = text.partition(".")
    if not (app and dot and form):
        raise click.UsageError(f"Write APP.FORM, as in shop.order, not {text!r}.")
    return app, form


def settings_of(data_dir: Path | None, database_url: str | None, **more: Any) -> Settings:
    """The settings a command runs with."""
    return load_settings({"data_dir": data_dir, "database_url": database_url, **more})


def show_json(data: Any) -> None:
    """Print plain data as JSON."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS
    click.echo(orjson.dumps(data, option=options, default=str).decode())


def show_rows(rows: Sequence[Mapping[str, Any]], columns: Iterable[str]) -> None:
    """Print rows in columns as wide as their longest value."""
    names = list(columns)
    texts = [{name: _cell(row.get(name)) for name in names} for row in rows]
    widths = {name: max([len(name), *(len(row[name]) for row in texts)]) for name in names}
    for row in [{name: name for name in names}, *texts]:
        click.echo("  ".join(row[name].ljust(widths[name]) for name in names).rstrip())


def diagnostics_json(found: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Diagnostics as plain data."""
    return [
        {
            "file": one.file,
            "line": one.line,
            "column": one.column,
            "path": format_path(one.path),
            "code": one.code,
            "message": one.message,
            "hint": one.hint,
            "severity": one.severity,
        }
        for one in found
    ]


def diagnostics_of(error: AppBuilderError) -> tuple[Diagnostic, ...]:
    """What a definition error says in detail; nothing for another error."""
    return error.diagnostics if isinstance(error, DefinitionError) else ()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(map(str, value))
    return str(value)
