"""For operators: cases by state, incidents, messages given up; every act with a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, request
from werkzeug.wrappers import Response as AnyResponse

from engines.errors import NotFound
from engines.values import AppId, InstanceId, NodeId
from runtime.access.operations import STATUSES
from runtime.commands import (
    Command,
    JumpFlow,
    RepeatDelivery,
    ResumeFlow,
    RetryIncident,
    SuspendFlow,
    TerminateFlow,
    WakeFlow,
)
from runtime.web.redirects import go_to
from runtime.web.rendering import Crumb, page
from runtime.web.routes import can, route
from runtime.web.visitor import actor_for, live_app, runtime, visitor

operators = Blueprint("operators", __name__)

_OPERATE = can("operate")
_LONGEST_REASON = 500

Act = Callable[[AppId, InstanceId, str], Command]


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


@route(operators, "/a/<app>/operate", permission=_OPERATE)
def show(app: str) -> str:
    """The cases in one state, incidents first, and what could not be delivered."""
    asked = request.args.get("status", STATUSES[0])
    status = asked if asked in STATUSES else STATUSES[0]
    found = runtime().reading.operations(actor_for(app), AppId(app), status)
    seer = visitor()
    title = seer.words.say("operate.title")
    return page(
        "operate.html",
        Crumb(live_app(app).definition.title.in_locale(seer.locale), f"/a/{app}/"),
        Crumb(title),
        app=app,
        here=f"/a/{app}/operate",
        heading=title,
        found=found,
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
def repeat(app: str, delivery: str) -> AnyResponse:
    """Try a message again that was given up."""
    runtime().bus.execute(RepeatDelivery(AppId(app), delivery, _reason()), actor_for(app))
    return go_to(f"/a/{app}/operate?status={_status()}&done=repeated")


def _reason() -> str:
    return request.form.get("reason", "").strip()[:_LONGEST_REASON]


def _status() -> str:
    asked = request.form.get("status", "")
    return asked if asked in STATUSES else STATUSES[0]
