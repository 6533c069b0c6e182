"""A flow on a record: its picture, the steps of it as a list, and its history."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, request
from werkzeug.wrappers import Response as AnyResponse

from engines.errors import NotFound
from engines.values import AppId, InstanceId, NodeId, UserId
from runtime.commands import (
    AddWork,
    CloseAdding,
    Command,
    ReadCopy,
    SendCopies,
    UrgeFlow,
    WithdrawFlow,
)
from runtime.web import addresses
from runtime.web.catalogue import direction
from runtime.web.flow.picture import picture
from runtime.web.redirects import go_to
from runtime.web.rendering import Crumb, page
from runtime.web.routes import SIGNED_IN, route
from runtime.web.story import told
from runtime.web.visitor import actor_for, live_app, runtime, visitor

flows = Blueprint("flows", __name__)


@route(flows, "/a/<app>/flows/<instance>", permission=SIGNED_IN)
def show(app: str, instance: str) -> str:
    """Where an instance is, where it was, and why."""
    view = runtime().reading.flow_view(actor_for(app), AppId(app), InstanceId(instance))
    seer, definition = visitor(), live_app(app)
    form = definition.form(view.form)
    title = view.title.in_locale(seer.locale)
    plural = form.title_plural.in_locale(seer.locale) or form.title.in_locale(seer.locale)
    record_href = addresses.record(AppId(app), view.form, view.record)
    return page(
        "flow.html",
        Crumb(definition.definition.title.in_locale(seer.locale), f"/a/{app}/"),
        Crumb(plural, addresses.list_of(AppId(app), view.form)),
        Crumb(view.record_title, record_href),
        Crumb(title),
        app=app,
        view=view,
        nodes=[(one.node, one.title) for one in view.steps],
        heading=title,
        record_href=record_href,
        picture=picture(
            view,
            seer.locale,
            is_mirrored=direction(seer.locale) == "rtl",
            title=seer.words.say("flow.picture", flow=title),
            otherwise=seer.words.say("flow.else"),
        ),
        story=told(view.story, AppId(app), seer),
        has_copy=_has_copy(app, view.instance),
        people=runtime().reading.colleagues(actor_for(app), AppId(app)) if view.can_copy else (),
    )


@route(flows, "/a/<app>/flows/<instance>/act", permission=SIGNED_IN, methods=["POST"])
def act(app: str, instance: str) -> AnyResponse:
    """Withdraw one's request, remind, send copies or read one's own, add work to a step."""
    found = _ACTS.get(request.form.get("_act", ""))
    if found is None:
        raise NotFound("this act")
    make, done = found
    case = InstanceId(instance)
    runtime().bus.execute(make(AppId(app), case), actor_for(app))
    return go_to(f"{addresses.flow(AppId(app), case)}?done={done}")


def _reason() -> str:
    return request.form.get("reason", "").strip()[:500]


def _node() -> NodeId:
    return NodeId(request.form.get("node", "")[:60])


def _people() -> tuple[UserId, ...]:
    return tuple(UserId(one[:60]) for one in request.form.getlist("people"))


# by the button's value: the command, and what the next page says
_ACTS: Mapping[str, tuple[Callable[[AppId, InstanceId], Command], str]] = {
    "withdraw": (lambda app, case: WithdrawFlow(app, case, _reason()), "withdrawn"),
    "urge": (UrgeFlow, "urged"),
    "copy": (lambda app, case: SendCopies(app, case, _people(), _reason()), "copy_sent"),
    "read": (ReadCopy, "saved"),
    "add_work": (lambda app, case: AddWork(app, case, _node()), "work_added"),
    "close_adding": (lambda app, case: CloseAdding(app, case, _node()), "adding_closed"),
}


def _has_copy(app: str, instance: InstanceId) -> bool:
    """Whether the visitor was sent a copy that they have not confirmed yet."""
    copies = runtime().reading.copies(actor_for(app), AppId(app))
    return any(one.instance == instance and not one.is_read for one in copies)
