"""The bundled definitions, and worlds in which one of them is live."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from engines.values import RecordId, UserId
from runtime.commands import Actor
from tests.support.worlds import World

APPS = Path(__file__).resolve().parents[2] / "apps"
FILES = tuple(sorted(APPS.glob("*.yaml")))


def text_of(app: str) -> str:
    """The text of a bundled definition."""
    return (APPS / f"{app}.yaml").read_text("utf-8")


def data_of(app: str) -> Mapping[str, Any]:
    """A bundled definition as plain data, every scalar a text."""
    data: Mapping[str, Any] = yaml.load(text_of(app), Loader=yaml.BaseLoader)  # noqa: S506
    return data


def entries(data: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Everything inside data with its path, maps and lists before what they hold."""
    yield path, data
    pairs = data.items() if isinstance(data, dict) else enumerate(data)
    for key, inner in pairs if isinstance(data, dict | list) else ():
        yield from entries(inner, (*path, str(key)))


def owning(world: World, person: Actor, record: RecordId) -> Actor:
    """The person again, whose own record this now is."""
    user = UserId(str(person.user))
    world.store.run(lambda unit: unit.directory.link_record(world.app, user, record))
    return world.actor(user)


def due_at(world: World, actor: Actor) -> datetime | None:
    """When the actor's first task is due."""
    return world.tasks(actor)[0].due_at
