"""Acts on running cases: which versions they follow, bring them to another, bring them back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from builder.cli.acts.act import Act
from engines.errors import NotFound
from engines.values import AppId, FlowId, InstanceId, NodeId
from runtime.bootstrap import Runtime
from runtime.commands import SYSTEM, MigrateFlows


def listed(runtime: Runtime, payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    """How many cases that have not ended follow each version of each flow."""
    found = runtime.reading.running_versions(SYSTEM, AppId(payload["app"]))
    return [
        {
            "flow": one.flow,
            "title": one.title.in_locale("en"),
            "version": one.version,
            "is_live": one.is_live,
            "cases": one.cases,
        }
        for one in found
    ]


def bring(runtime: Runtime, payload: Mapping[str, Any]) -> dict[str, Any]:
    """What became, or would become, of every case; `how` is plan, migrate or undo."""
    app = AppId(payload["app"])
    command = MigrateFlows(
        app,
        FlowId(payload["flow"]),
        payload.get("to") or _live_number(runtime, app),
        {NodeId(old): NodeId(new) for old, new in payload.get("mapping", {}).items()},
        instances=tuple(map(InstanceId, payload.get("instances", ()))),
        at_node=NodeId(payload["at"]) if payload.get("at") else None,
        where=tuple((field, operator, text) for field, operator, text in payload["where"]),
        reason=payload.get("reason") or "by the command line",
        is_dry=payload["how"] == "plan",
        is_undo=payload["how"] == "undo",
    )
    cases: list[Any] = []
    following: Any = ""
    while following is not None:
        done = runtime.bus.execute(replace(command, after=str(following)), SYSTEM).details
        cases += _list(done["instances"])
        following = done["next"]
    return {"app": app, "flow": command.flow, "version": command.version, "instances": cases}


def _list(value: Any) -> list[Any]:
    return list(value)


def _live_number(runtime: Runtime, app: AppId) -> int:
    with runtime.store.read() as reader:
        found = reader.definitions.live_numbers().get(app)
    if found is None:
        raise NotFound(f"app {app}")
    return found


FLOW_ACTS: Mapping[str, Act] = {"flows.list": listed, "flows.bring": bring}
