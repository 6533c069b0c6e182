"""`/api/v1/<app>/-/operations`: what operators see and what was given up.

What they do to a case is an act on it, in `flows.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from engines.values import AppId
from runtime import commands
from runtime.access.operations import STATUSES, DeadLetter, ParkedTimer, ShownCase
from runtime.web.api.act import COMMENT, Act, read
from runtime.web.api.shapes import Json, answer, body, key_of
from runtime.web.routes import JSON, can, route
from runtime.web.timer_words import waits_for
from runtime.web.visitor import actor_for, runtime, visitor

operating = Blueprint("api_operating", __name__, url_prefix="/api/v1")

_BASE: Final = "/<app>/-/operations"
_OPERATE: Final = can("operate")
_REASON: Final = {"reason": COMMENT}

MESSAGE_ACTS: Final = (
    Act(
        "repeat",
        "Send a message again that was given up, with the key it had",
        lambda app, id_, given: commands.RepeatDelivery(app, id_, given["reason"]),
        _REASON,
        ("reason",),
    ),
    Act(
        "drop",
        "Try a message never again",
        lambda app, id_, given: commands.DropDelivery(app, id_, given["reason"]),
        _REASON,
        ("reason",),
    ),
)
TIMER_ACTS: Final = (
    Act(
        "repeat",
        "Let a timer fire that was given up",
        lambda app, id_, given: commands.RepeatTimer(app, id_, given["reason"]),
        _REASON,
        ("reason",),
    ),
    Act(
        "drop",
        "Forget a timer",
        lambda app, id_, given: commands.DropTimer(app, id_, given["reason"]),
        _REASON,
        ("reason",),
    ),
)


@route(operating, f"{_BASE}/cases", permission=_OPERATE, takes=JSON, is_api=True)
def cases(app: str) -> Response:
    """A page of the cases in one `status`, newest first, and how many there are in each."""
    status = request.args.get("status", STATUSES[0])
    if status not in STATUSES:
        raise BadRequest(f"status is one of {', '.join(STATUSES)}")
    found = runtime().reading.cases(actor_for(app), AppId(app), status, _after())
    rows = [_case(one, visitor().locale) for one in found.rows]
    return answer({"counts": dict(found.counts), "cases": rows, "next": found.next})


@route(operating, f"{_BASE}/messages", permission=_OPERATE, takes=JSON, is_api=True)
def messages(app: str) -> Response:
    """A page of messages that were given up, the newest first."""
    found = runtime().reading.dead_letters(actor_for(app), AppId(app), _after())
    return answer({"messages": [_letter(one) for one in found.rows], "next": found.next})


@route(operating, f"{_BASE}/timers", permission=_OPERATE, takes=JSON, is_api=True)
def timers(app: str) -> Response:
    """A page of timers that were given up, the newest first."""
    found = runtime().reading.parked_timers(actor_for(app), AppId(app), _after())
    rows = [_timer(one, visitor().locale) for one in found.rows]
    return answer({"timers": rows, "next": found.next})


@route(
    operating,
    f"{_BASE}/messages/<delivery>/<any('repeat','drop'):act>",
    permission=_OPERATE,
    methods=["POST"],
    takes=JSON,
    is_api=True,
)
def act_on_message(app: str, delivery: str, act: str) -> Response:
    """Send a message again, or drop it: `{"reason": …}`."""
    return _carry_out(MESSAGE_ACTS, act, app, delivery)


@route(
    operating,
    f"{_BASE}/timers/<timer>/<any('repeat','drop'):act>",
    permission=_OPERATE,
    methods=["POST"],
    takes=JSON,
    is_api=True,
)
def act_on_timer(app: str, timer: str, act: str) -> Response:
    """Let a timer fire, or drop it: `{"reason": …}`."""
    return _carry_out(TIMER_ACTS, act, app, timer)


def _carry_out(acts: Iterable[Act], name: str, app: str, subject: str) -> Response:
    (act,) = [one for one in acts if one.name == name]
    given = read(act, body(frozenset(act.takes)))
    command = act.command(AppId(app), subject, given)
    runtime().bus.execute(command, actor_for(app), idempotency_key=key_of())
    return Response(status=204)


def _after() -> str:
    return request.args.get("after", "")[:100]


def _case(case: ShownCase, locale: str) -> Mapping[str, object]:
    return {
        "id": case.instance,
        "flow": case.flow,
        "title": case.title.in_locale(locale),
        "version": case.version,
        "form": case.form,
        "record": case.record,
        "record_title": case.record_title,
        "status": case.status,
        "incident": case.incident or None,
        "started_at": case.started_at,
        "stands": [{"node": id_, "title": title.in_locale(locale)} for id_, title in case.stands],
    }


def _letter(letter: DeadLetter) -> Json:
    return {
        "id": letter.id,
        "channel": letter.channel,
        "to": letter.to,
        "subject": letter.subject,
        "attempts": letter.attempts,
        "error": letter.error,
        "created_at": letter.created_at,
        "form": letter.form,
        "record": letter.record,
    }


def _timer(timer: ParkedTimer, locale: str) -> Json:
    return {
        "id": timer.id,
        "ref": timer.ref,
        "due_at": timer.due_at,
        "attempts": timer.attempts,
        "error": timer.error,
        "instance": timer.instance,
        "title": timer.title.in_locale(locale) if timer.title is not None else None,
        "waits_for": waits_for(timer.told, visitor().words, locale),
    }
