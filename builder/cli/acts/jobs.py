"""Acts on work that was given up: list it, try it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.cli.acts.act import Act
from engines.errors import NotFound
from engines.messages import SystemChanged
from runtime.bootstrap import Runtime
from runtime.commands import SYSTEM, RepeatDelivery
from runtime.ports import DeliveryRow, TimerRow, Unit

MOST = 1_000  # told at once


def given_up(runtime: Runtime, payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Messages and timers that were tried too often, or refused for good."""
    with runtime.store.read() as reader:
        messages = reader.queue.dead_letters(MOST)
        timers = reader.queue.parked_timers(MOST)
    return [*map(_message, messages), *map(_timer, timers)]


def repeat(runtime: Runtime, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Try given-up work again: the ones named, or all of it."""
    known = {one["id"]: one for one in given_up(runtime, {})}
    wanted = list(known) if payload.get("all") else list(payload["ids"])
    unknown = [one for one in wanted if one not in known]
    if unknown:
        raise NotFound(f"given-up work {', '.join(unknown)}")
    for one in wanted:
        _again(runtime, known[one], payload.get("reason") or "repeated by hand")
    runtime.jobs.wake()
    return {"repeated": wanted}


def _again(runtime: Runtime, work: Mapping[str, Any], reason: str) -> None:
    if work["what"] == "message":
        runtime.bus.execute(RepeatDelivery(work["app"], work["id"], reason), SYSTEM)
        return

    def repeat_timer(unit: Unit) -> None:
        unit.queue.repeat_timer(work["id"], unit.now)
        event = SystemChanged("timer_repeated", work["id"], {"reason": reason})
        unit.events.append(work["app"], 0, [event], actor=None, via=SYSTEM.via)

    runtime.store.run(repeat_timer)


def _message(row: DeliveryRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "what": "message",
        "app": row.app,
        "to": f"{row.channel}: {row.target}",
        "attempts": row.attempts,
        "error": row.last_error,
    }


def _timer(row: TimerRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "what": "timer",
        "app": row.app,
        "to": row.ref,
        "attempts": row.attempts,
        "error": row.last_error,
    }


JOB_ACTS: Mapping[str, Act] = {"jobs.given_up": given_up, "jobs.repeat": repeat}
