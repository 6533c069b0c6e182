"""For operators: cases by state, incidents, messages and timers given up."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, request
from werkzeug.wrappers import Response as AnyResponse

from engines.errors import NotFound
from engines.values import AppId, InstanceId, NodeId
from runtime.access.operations import STATUSES
from runtime.commands import (
    Command,
    DropDelivery,
    DropTimer,
    JumpFlow,
    RepeatDelivery,
    RepeatTimer,
    ResumeFlow,
    RetryIncident,
    SuspendFlow,
    TerminateFlow,
    WakeFlow,
)
from runtime.web.redirects import go_to
from runtime.web.rendering import Crumb, page
from runtime.web.routes import can, route
from runtime.web.timer_words import timer_text
from runtime.web.visitor import actor_for, live_app, runtime, visitor

operators = Blueprint("operators", __name__)

_OPERATE = can("operate")
_LONGEST_REASON = 500

Act = Callable[[AppId, InstanceId, str], Command]
GivenUpAct = Callable[[AppId, str, str], Command]


def _node(name: str) -> NodeId:
    return NodeId(request.form.get(name, "")[:60])


_ACTS: Mapping[str, Act] = {
    "retry": lambda app, case, _reason: RetryIncident(app, case),
    "suspend": SuspendFlow,
    "resume": ResumeFlow,
    "terminate": TerminateFlow,
    "jump": lambda app, case, reason: JumpFlow(app, case, _node("node"), _node("to"), reason),
    "wake": lambda app, case, reason: WakeFlow(app, case, _node("node"), reason),
}


_MESSAGE_ACTS: Mapping[str, GivenUpAct] = {"repeat": RepeatDelivery, "drop": DropDelivery}
_TIMER_ACTS: Mapping[str, GivenUpAct] = {"fire": RepeatTimer, "drop": DropTimer}


@route(operators, "/a/<app>/operate", permission=_OPERATE)
def show(app: str) -> str:
    """The cases in one state, incidents first, and what could not be delivered."""
    asked = request.args.get("status", STATUSES[0])
    status = asked if asked in STATUSES else STATUSES[0]
    reading, actor, id_ = runtime().reading, actor_for(app), AppId(app)
    seer = visitor()
    title = seer.words.say("operate.title")
    return page(
        "operate.html",
        Crumb(live_app(app).definition.title.in_locale(seer.locale), f"/a/{app}/"),
        Crumb(title),
        app=app,
        here=f"/a/{app}/operate",
        heading=title,
        cases=reading.cases(actor, id_, status, _cursor("after")),
        letters=reading.dead_letters(actor, id_, _cursor("letters")),
        timer_text=lambda told: timer_text(told, seer.words, seer.locale),
        timers=reading.parked_timers(actor, id_, _cursor("timers")),
        status=status,
        statuses=STATUSES,
    )


@route(operators, "/a/<app>/operate/<instance>", permission=_OPERATE, methods=["POST"])
def act(app: str, instance: str) -> AnyResponse:
    """Retry, suspend, resume, end, move or wake one case."""
    make = _ACTS.get(request.form.get("_act", ""))
    if make is None:
        raise NotFound("this act")
    runtime().bus.execute(make(AppId(app), InstanceId(instance), _reason()), actor_for(app))
    return go_to(f"/a/{app}/operate?status={_status()}&done=steered")


@route(operators, "/a/<app>/operate/messages/<delivery>", permission=_OPERATE, methods=["POST"])
def act_on_message(app: str, delivery: str) -> AnyResponse:
    """Try a message again that was given up, or drop it."""
    return _given_up(app, _MESSAGE_ACTS, delivery)


@route(operators, "/a/<app>/operate/timers/<timer>", permission=_OPERATE, methods=["POST"])
def act_on_timer(app: str, timer: str) -> AnyResponse:
    """Let a timer fire that was given up, or drop it."""
    return _given_up(app, _TIMER_ACTS, timer)


def _given_up(app: str, acts: Mapping[str, GivenUpAct], subject: str) -> AnyResponse:
    act_ = request.form.get("_act", "")
    make = acts.get(act_)
    if make is None:
        raise NotFound("this act")
    runtime().bus.execute(make(AppId(app), subject, _reason()), actor_for(app))
    return go_to(f"/a/{app}/operate?status={_status()}&done={act_}")


def _cursor(name: str) -> str:
    return request.args.get(name, "")[:60]


def _reason() -> str:
    return request.form.get("reason", "").strip()[:_LONGEST_REASON]


def _status() -> str:
    asked = request.form.get("status", "")
    return asked if asked in STATUSES else STATUSES[0]
