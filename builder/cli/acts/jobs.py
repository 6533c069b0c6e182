"""Acts on work that was given up: list it, try it again, drop it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from builder.cli.acts.act import Act
from engines.errors import NotFound
from engines.values import AppId
from runtime.access.told_timers import ToldTimer, told_timer
from runtime.access.view import Looking
from runtime.bootstrap import Runtime
from runtime.commands import (
    SYSTEM,
    Command,
    DropDelivery,
    DropTimer,
    RepeatDelivery,
    RepeatTimer,
)
from runtime.ports import DeliveryRow, Reader, TimerRow
from runtime.web.catalogue import catalogue
from runtime.web.timer_words import waits_for

MOST = 1_000  # told at once

Commands: TypeAlias = Mapping[str, Callable[[AppId, str, str], Command]]


def given_up(runtime: Runtime, payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Messages and timers that were tried too often, or refused for good; of one `app`, or all."""
    app = AppId(payload["app"]) if payload.get("app") else None
    with runtime.store.read() as reader:
        messages = reader.queue.dead_letters(MOST, app=app)
        timers = reader.queue.parked_timers(MOST, app=app)
        told = [_timer(row, _told(runtime, reader, row)) for row in timers]
    return [*map(_message, messages), *told]


def repeat(runtime: Runtime, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Try given-up work again: the ones named, or all of it."""
    commands: Commands = {"message": RepeatDelivery, "timer": RepeatTimer}
    done = _each(runtime, payload, commands, "repeated by hand")
    runtime.jobs.wake()
    return {"repeated": done}


def drop(runtime: Runtime, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Try given-up work never again: the ones named, or all of it."""
    commands: Commands = {"message": DropDelivery, "timer": DropTimer}
    return {"dropped": _each(runtime, payload, commands, "dropped by hand")}


def _each(
    runtime: Runtime, payload: Mapping[str, Any], commands: Commands, reason: str
) -> list[str]:
    """Carry out a command on each, by what it is. Raises NotFound, and then nothing is done."""
    known = {one["id"]: one for one in given_up(runtime, payload)}
    wanted = list(known) if payload.get("all") else list(dict.fromkeys(payload["ids"]))
    unknown = [one for one in wanted if one not in known]
    if unknown:
        raise NotFound(f"given-up work {', '.join(unknown)}")
    for one in wanted:
        work, why = known[one], payload.get("reason") or reason
        runtime.bus.execute(commands[work["what"]](AppId(work["app"]), one, why), SYSTEM)
    return wanted


def _message(row: DeliveryRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "what": "message",
        "app": row.app,
        "to": f"{row.channel}: {row.target}",
        "attempts": row.attempts,
        "error": row.last_error,
    }


def _timer(row: TimerRow, told: ToldTimer) -> dict[str, Any]:
    return {
        "id": row.id,
        "what": "timer",
        "app": row.app,
        "to": row.ref,
        "attempts": row.attempts,
        "error": row.last_error,
        "waits_for": waits_for(told, catalogue("en"), "en"),
    }


def _told(runtime: Runtime, reader: Reader, row: TimerRow) -> ToldTimer:
    if row.app not in reader.definitions.live_numbers():
        return ToldTimer("gone")
    looking = Looking(reader, runtime.live.app(reader, row.app), SYSTEM, runtime.clock.now())
    case = reader.instances.get(row.instance) if row.instance is not None else None
    return told_timer(looking, runtime.live, row, case)


JOB_ACTS: Mapping[str, Act] = {
    "jobs.given_up": given_up,
    "jobs.repeat": repeat,
    "jobs.drop": drop,
}
