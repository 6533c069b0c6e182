"""`/api/v1/<app>/-/flows`, `…/people`, and the acts on tasks: commands by name.

Reading, claiming and finishing tasks is in `tasks.py`; what an act takes, in `acts.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response

from engines.values import AppId
from runtime.commands import EndProxy
from runtime.handlers.outcome import Outcome
from runtime.web.api.act import Act, read
from runtime.web.api.acts import FLOW_ACTS, MESSAGE, PERSON_ACTS, START, TASK_ACTS
from runtime.web.api.shapes import answer, body, key_of
from runtime.web.routes import JSON, SIGNED_IN, route
from runtime.web.visitor import actor_for, runtime

flows = Blueprint("api_flows", __name__, url_prefix="/api/v1/<app>/-")

_BY_NAME = {one.name: one for one in (*TASK_ACTS, *FLOW_ACTS, *PERSON_ACTS)}


def _one_of(acts: Iterable[Act]) -> str:
    """The part of an address that is one of the acts' names."""
    return f"<any({','.join(repr(one.name) for one in acts)}):act>"


@route(
    flows,
    f"/tasks/<task>/{_one_of(TASK_ACTS)}",
    permission=SIGNED_IN,
    methods=["POST"],
    takes=JSON,
    is_api=True,
)
def act_on_task(app: str, task: str, act: str) -> Response:
    """Do one of the acts to a task."""
    _carry_out(_BY_NAME[act], app, task)
    return Response(status=204)


@route(flows, "/flows", permission=SIGNED_IN, methods=["POST"], takes=JSON, is_api=True)
def start(app: str) -> Response:
    """Start a flow by hand: `{"flow": id, "record": id}`; 201 with the instance."""
    done = _carry_out(START, app, "")
    return answer({"instance": done.instance}, 201)


@route(flows, "/messages", permission=SIGNED_IN, methods=["POST"], takes=JSON, is_api=True)
def deliver(app: str) -> Response:
    """Bring a message to the flows on a record: `{"form", "record", "message", "key"}`."""
    _carry_out(MESSAGE, app, "")
    return Response(status=204)


@route(
    flows,
    f"/flows/<instance>/{_one_of(FLOW_ACTS)}",
    permission=SIGNED_IN,
    methods=["POST"],
    takes=JSON,
    is_api=True,
)
def act_on_flow(app: str, instance: str, act: str) -> Response:
    """Do one of the acts to a case; what it led to is told."""
    return answer(dict(_carry_out(_BY_NAME[act], app, instance).details))


@route(
    flows,
    f"/people/<user>/{_one_of(PERSON_ACTS)}",
    permission=SIGNED_IN,
    methods=["POST"],
    takes=JSON,
    is_api=True,
)
def act_on_person(app: str, user: str, act: str) -> Response:
    """Hand over a person's tasks, or name a substitute; what it led to is told."""
    return answer(dict(_carry_out(_BY_NAME[act], app, user).details))


@route(
    flows,
    "/substitutes/<proxy>",
    permission=SIGNED_IN,
    methods=["DELETE"],
    takes=JSON,
    is_api=True,
)
def end_substitute(app: str, proxy: str) -> Response:
    """Let a substitute act no longer."""
    command = EndProxy(AppId(app), proxy)
    runtime().bus.execute(command, actor_for(app), idempotency_key=key_of())
    return Response(status=204)


def _carry_out(act: Act, app: str, subject: str) -> Outcome:
    given = read(act, body(frozenset(act.takes)))
    command = act.command(AppId(app), subject, given)
    return runtime().bus.execute(command, actor_for(app), idempotency_key=key_of())
