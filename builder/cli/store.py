"""Commands on the store itself: migrate, backup, restore, keys, the log."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from builder.cli.house import call, opened
from builder.cli.terms import settings_of, show_json, with_data, with_json
from engines.errors import AppBuilderError
from runtime.adapters.backup import read_backup
from runtime.adapters.keys import add_master_key, keep_newest_master_key, load_master_keys
from runtime.adapters.lock import DirectoryLock
from runtime.bootstrap import DATABASE_FILE, FILES_DIRECTORY, restore_database
from runtime.settings import Settings

NEW_FILE = click.Path(dir_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


_HELD = "held back: the backup is older than what was sent since"


@click.command()
@with_data
@with_json
def migrate(as_json: bool, **where: Any) -> None:  # noqa: FBT001
    """Bring the database to the newest form. Safe to repeat."""
    with opened(settings_of(**where), migrates=True):
        pass
    if as_json:
        show_json({"is_migrated": True})
        return
    click.echo("The database is up to date.")


@click.command()
@click.argument("archive", type=NEW_FILE)
@with_data
@with_json
def backup(archive: Path, as_json: bool, **where: Any) -> None:  # noqa: FBT001
    """Write everything into one encrypted archive, while the server goes on.

    The master key is not in it. Keep a copy of the key file elsewhere: nothing opens the archive
    without it.
    """
    result = call(settings_of(**where), "backup", {"target": str(archive.resolve())})
    if as_json:
        show_json(result)
        return
    click.echo(f"{result['archive']}: {result['size_bytes']} bytes.")
    click.echo(f"It opens with the master key in {result['key_file']} only.")


@click.command()
@click.argument("archive", type=FILE)
@with_data
@with_json
def restore(archive: Path, as_json: bool, **where: Any) -> None:  # noqa: FBT001
    """Put a backup into an empty data directory, or an empty PostgreSQL database."""
    settings = settings_of(**where)
    keys = load_master_keys(settings.key_file)
    files = settings.data_dir / FILES_DIRECTORY
    if settings.is_embedded:
        with DirectoryLock.taken(settings.data_dir):
            taken_at = read_backup(archive, keys, settings.data_dir / DATABASE_FILE, files)
    else:
        with TemporaryDirectory() as folder:
            database = Path(folder) / DATABASE_FILE
            taken_at = read_backup(archive, keys, database, files)
            restore_database(settings, database)
    with opened(settings, migrates=True) as runtime:
        held = runtime.store.run(lambda unit: unit.queue.hold_due(_HELD))
    if as_json:
        show_json({"taken_at": taken_at, "held": held})
        return
    click.echo(f"Everything stands as it was at {taken_at:%Y-%m-%d %H:%M:%S} UTC.")
    if held:
        click.echo(
            f"{held} messages had not left by then and may have since: they wait for you. "
            "`dougong jobs list` shows them, `dougong jobs repeat` sends them."
        )


@click.group()
def keys() -> None:
    """The master key."""


@keys.command()
@click.option(
    "--drop-older",
    is_flag=True,
    help="Keep no older key in the file: backups made before open only with a copy of it.",
)
@with_data
@with_json
def rotate(drop_older: bool, as_json: bool, **where: Any) -> None:  # noqa: FBT001
    """Make a new master key and wrap all other keys with it. Stop the server first.

    The older key stays in the key file behind the new one: backups made before are opened with it.
    """
    settings = settings_of(**where)
    lock = DirectoryLock.taken(settings.data_dir) if settings.is_embedded else nullcontext()
    with lock:
        _require_key(settings)
        add_master_key(settings.key_file)
    with opened(settings) as runtime:
        count = runtime.store.rotate_keys()
        files = runtime.files.rotate_keys()
    if drop_older:
        keep_newest_master_key(settings.key_file)
    if as_json:
        show_json({"data_keys": count, "files": files, "key_file": str(settings.key_file)})
        return
    click.echo(
        f"{count} data keys and the keys of {files} files are wrapped by a new master key in "
        f"{settings.key_file}."
    )
    click.echo("Make a new copy of that file where you keep the other one.")


@click.group()
def events() -> None:
    """The log of everything that happened."""


@events.command()
@click.option("--anchor", type=FILE, help="An anchor that was kept elsewhere.")
@with_data
@with_json
@click.pass_context
def verify(ctx: click.Context, /, anchor: Path | None, as_json: bool, **where: Any) -> None:  # noqa: FBT001
    """Prove that no sealed event was changed, left out or added; exit 1 when one was.

    The log's end is compared with the anchor in the database, which needs the master key to make,
    and with the one given: that finds a database that was put back as a whole.
    """
    kept = kept_anchor(anchor) if anchor is not None else None
    report = call(settings_of(**where), "events.verify", {"anchor": kept})
    if as_json:
        show_json(report)
    else:
        for problem in report["problems"]:
            click.echo(problem)
        click.echo(
            f"{report['sealed']} events in {report['blocks']} blocks, "
            f"{report['unsealed']} not sealed yet, {len(report['problems'])} problems."
        )
    ctx.exit(1 if report["problems"] else 0)


@events.command("anchor")
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path))
@with_data
def anchor_(output: Path | None, **where: Any) -> None:
    """Print where the log ends, to be kept where nobody who has the database can change it."""
    found = call(settings_of(**where), "events.anchor", {})
    if found is None:
        raise AppBuilderError("Nothing was sealed yet. A running server seals once a second.")
    text = json.dumps(found, indent=2) + "\n"
    if output is None:
        click.echo(text, nl=False)
        return
    output.write_text(text, "utf-8")


def kept_anchor(file: Path) -> dict[str, Any]:
    """What `events anchor` wrote. Raises AppBuilderError when it is something else."""
    try:
        data = json.loads(file.read_text("utf-8"))
        return {"block": int(data["block"]), "events": int(data["events"]), "hash": data["hash"]}
    except (ValueError, KeyError, TypeError) as error:
        raise AppBuilderError(f"{file} is no anchor of `dougong events anchor`.") from error


def _require_key(settings: Settings) -> None:
    if not settings.key_file.exists():
        raise AppBuilderError(f"There is no master key yet in {settings.key_file}.")
