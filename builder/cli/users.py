"""`dougong user …`: accounts, passwords, one-time sign-in links."""

from __future__ import annotations

from typing import Any

import click

from builder.cli.house import call
from builder.cli.terms import form_place, settings_of, show_json, show_rows, with_data, with_json


@click.group("user")
def users() -> None:
    """People: add, list, passwords, one-time sign-in links."""


@users.command()
@click.argument("email")
@click.option("--name", default="", help="Default: what stands before the @.")
@click.option("--role", "roles", multiple=True, metavar="APP:ROLE", help="A role to give.")
@click.option("--admin", "is_admin", is_flag=True, help="May do everything in every app.")
@click.option("--locale", default="en", show_default=True, help="en, zh, es or ar.")
@click.option("--time-zone", default="UTC", show_default=True, help="As in Europe/Berlin.")
@click.option("--base-url", help="The address of the server, for the link.")
@with_data
@with_json
def add(as_json: bool, base_url: str | None, **given: Any) -> None:  # noqa: FBT001
    """Open an account and print its one-time sign-in link."""
    where = {name: given.pop(name) for name in ("data_dir", "database_url")}
    result = call(settings_of(**where, base_url=base_url), "user.add", given)
    if as_json:
        show_json(result)
        return
    click.echo(f"{result['email']} can sign in once with {result['link']}")


@users.command()
@click.argument("email")
@click.option("--base-url", help="The address of the server, for the link.")
@with_data
@with_json
def link(email: str, as_json: bool, **where: Any) -> None:  # noqa: FBT001
    """Print a new one-time sign-in link, valid for a day."""
    result = call(settings_of(**where), "user.link", {"email": email})
    if as_json:
        show_json(result)
        return
    click.echo(result["link"])


@users.command("set-password")
@click.argument("email")
@click.password_option(help="Asked for when absent, so that it stays out of the shell's history.")
@with_data
@with_json
def set_password(email: str, password: str, as_json: bool, **where: Any) -> None:  # noqa: FBT001
    """Give an account a password; it is signed out everywhere."""
    payload = {"email": email, "password": password}
    result = call(settings_of(**where), "user.set_password", payload)
    if as_json:
        show_json(result)
        return
    click.echo(f"{email} has a new password.")


@users.command()
@click.argument("email")
@click.option("--department", "departments", multiple=True, help="Replaces all; '' for none.")
@click.option("--manager", default="", metavar="EMAIL", help="Whose report the person is.")
@click.option("--no-manager", is_flag=True, help="Nobody's report any more.")
@click.option("--skill", "skills", multiple=True, help="Replaces all; '' for none.")
@click.option("--region", "regions", multiple=True, help="Replaces all; '' for none.")
@with_data
@with_json
def place(as_json: bool, **given: Any) -> None:  # noqa: FBT001
    """Say where somebody stands: departments, manager, skills, regions."""
    where = {name: given.pop(name) for name in ("data_dir", "database_url")}
    result = call(settings_of(**where), "user.place", given)
    if as_json:
        show_json(result)
        return
    show_rows([{name: _shown(one) for name, one in result.items()}], list(result))


@users.command()
@click.argument("email")
@click.argument("form", metavar="APP.FORM")
@click.argument("record", metavar="[ID]", required=False, default="")
@with_data
@with_json
def record(email: str, form: str, record: str, as_json: bool, **where: Any) -> None:  # noqa: FBT001
    """Say which record is somebody's own, as `user.record` in definitions; without ID, none."""
    app, name = form_place(form)
    payload = {"email": email, "app": app, "form": name, "record": record}
    result = call(settings_of(**where), "user.record", payload)
    if as_json:
        show_json(result)
        return
    click.echo(f"{result['email']}: {result['record'] or 'no record'} in {app}.")


@users.command("list")
@with_data
@with_json
def list_(as_json: bool, **where: Any) -> None:  # noqa: FBT001
    """Every account with its roles."""
    rows = call(settings_of(**where), "user.list", {})
    if as_json:
        show_json(rows)
        return
    show_rows(rows, ["email", "name", "is_admin", "is_active", "roles"])


def _shown(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
