"""Acts on apps: install, list, versions, export, publish, roll back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.cli.acts.act import Act
from builder.unheld import asked_roles, unheld
from engines.app import parse_app
from engines.errors import Conflict, NotFound
from engines.values import AppId
from runtime.bootstrap import Runtime
from runtime.commands import SYSTEM, PublishApp, RollBackApp
from runtime.kind_change import told_of
from runtime.ports import VersionRow


def install(runtime: Runtime, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Publish the first version of an app; Conflict when there is one already."""
    app = parse_app(payload["text"], payload["name"]).id
    with runtime.store.read() as reader:
        if app in reader.definitions.live_numbers():
            raise Conflict(f"The app {app} is installed. Use `dougong app publish`.")
    return publish(runtime, payload)


def publish(runtime: Runtime, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Make a text the next live version of its app."""
    app = parse_app(payload["text"], payload["name"]).id
    command = PublishApp(payload["text"], payload["name"], payload.get("note", ""))
    outcome = runtime.bus.execute(command, SYSTEM)
    lost = dict(outcome.details).get("lost", 0)
    with runtime.store.read() as reader:
        asked = asked_roles(runtime.live.app(reader, app).definition)
        nobody_has = [one.role for one in unheld(reader, app, asked)]
    return {"app": app, "version": outcome.version, "lost": lost, "unheld": nobody_has}


def roll_back(runtime: Runtime, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Make an earlier version live again."""
    app, version = AppId(payload["app"]), int(payload["version"])
    runtime.bus.execute(RollBackApp(app, version), SYSTEM)
    return {"app": app, "version": version}


def listed(runtime: Runtime, payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every app with its live version."""
    with runtime.store.read() as reader:
        found = runtime.live.apps(reader)
    return [
        {
            "app": one.definition.id,
            "title": one.definition.title.in_locale("en"),
            "version": one.number,
            "forms": len(one.definition.forms),
            "flows": len(one.definition.flows),
        }
        for one in found
    ]


def versions(runtime: Runtime, payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All versions of an app, newest first."""
    with runtime.store.read() as reader:
        found = reader.definitions.versions(AppId(payload["app"]))
        told = {one.number: told_of(reader, one.app, one.number) for one in found}
    if not found:
        raise NotFound(f"app {payload['app']}")
    return [
        {
            "version": one.number,
            "lost": (told[one.number] or {}).get("lost", 0),
            "failed": (told[one.number] or {}).get("failed", []),
            "is_live": one.is_live,
            "published_at": one.published_at.isoformat(timespec="seconds"),
            "note": one.note,
        }
        for one in found
    ]


def export(runtime: Runtime, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The text of a version, the live one when none is named."""
    with runtime.store.read() as reader:
        app = AppId(payload["app"])
        number = payload.get("version") or reader.definitions.live_numbers().get(app)
        row: VersionRow | None = reader.definitions.version(app, number) if number else None
    if row is None:
        raise NotFound(f"version {number} of app {app}" if number else f"app {app}")
    return {"app": app, "version": row.number, "text": row.text}


APP_ACTS: Mapping[str, Act] = {
    "app.install": install,
    "app.publish": publish,
    "app.roll_back": roll_back,
    "app.list": listed,
    "app.versions": versions,
    "app.export": export,
}
