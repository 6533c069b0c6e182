"""Whether this process lives and whether it is ready, for load balancers and operators."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, jsonify

from runtime.ports import Unavailable
from runtime.web.routes import ANYBODY, route
from runtime.web.visitor import runtime

health = Blueprint("health", __name__)

_FRESH_S = 1.0

_log = logging.getLogger("dougong.web")


@dataclass(frozen=True, slots=True)
class _Pulse:
    at_s: float
    is_well: bool


@route(health, "/health", permission=ANYBODY)
def alive() -> Response:
    """200 while the database answers, else 503; asked of it at most once a second."""
    now_s = runtime().clock.monotonic_s()
    pulse = current_app.extensions.get("dougong_pulse")
    if not isinstance(pulse, _Pulse) or now_s - pulse.at_s > _FRESH_S:
        pulse = _Pulse(now_s, _database_answers())
        current_app.extensions["dougong_pulse"] = pulse
    return _answer("ok" if pulse.is_well else "database", is_well=pulse.is_well)


@route(health, "/ready", permission=ANYBODY)
def ready() -> Response:
    """200 when the schema is ours and the live version of every app is at hand."""
    missing = _missing()
    return _answer(missing or "ready", is_well=not missing)


def _missing() -> str:
    """What keeps this process from serving: `database`, `schema`, `apps`; empty: nothing."""
    if not _database_answers():
        return "database"
    try:
        if not runtime().store.is_migrated():
            return "schema"
        with runtime().store.read() as reader:
            runtime().live.apps(reader)  # compiles what went live since the last time
    except Unavailable:
        return "database"
    except Exception:  # noqa: BLE001  the edge: a version that does not compile must not answer 500
        _log.exception("a live version cannot be served")
        return "apps"
    return ""


def _answer(state: str, *, is_well: bool) -> Response:
    response = jsonify({"state": state})
    response.status_code = 200 if is_well else 503
    return response


def _database_answers() -> bool:
    try:
        with runtime().store.read() as reader:
            reader.definitions.live_numbers()
    except Exception:  # noqa: BLE001  whatever it is, the answer is "not well"
        return False
    return True
