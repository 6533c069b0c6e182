"""Absence: who stands in for the visitor and when, and handing over all open tasks."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response as AnyResponse

from engines.errors import Conflict
from engines.values import AppId, UserId
from runtime.commands import EndProxy, HandOverTasks, SetProxy
from runtime.web.redirects import go_to
from runtime.web.rendering import Crumb, page
from runtime.web.routes import SIGNED_IN, route
from runtime.web.visitor import actor_for, live_app, runtime, user_id, visitor

substitutes = Blueprint("substitutes", __name__)

_RULE = "/a/<app>/absence"


@route(substitutes, _RULE, permission=SIGNED_IN)
def show(app: str) -> str:
    """The visitor's substitutes, and a form for another one."""
    return _page(app, "")


@route(substitutes, _RULE, permission=SIGNED_IN, methods=["POST"])
def change(app: str) -> AnyResponse:
    """Name a substitute, end one, or hand over everything."""
    act = request.form.get("_act", "")
    try:
        if act == "end":
            command = EndProxy(AppId(app), request.form.get("proxy", "")[:60])
            runtime().bus.execute(command, actor_for(app))
            return go_to(f"/a/{app}/absence?done=proxy_ended")
        if act == "hand_over":
            return _hand_over(app)
        return _set(app)
    except Conflict:
        return make_response(_page(app, visitor().words.say("absence.refused")), 422)


def _set(app: str) -> AnyResponse:
    first, last = _day("starts_on"), _day("ends_on")
    if first is None or last is None:
        return make_response(_page(app, visitor().words.say("problem.not_a_date")), 422)
    now = runtime().clock.now()
    # the last day counts whole, and today counts from now
    starts_at, ends_at = max(first, now), last + timedelta(days=1)
    command = SetProxy(AppId(app), user_id(), _somebody(), starts_at, ends_at)
    runtime().bus.execute(command, actor_for(app))
    return go_to(f"/a/{app}/absence?done=proxy_set")


def _hand_over(app: str) -> AnyResponse:
    reason = request.form.get("reason", "").strip()[:500]
    command = HandOverTasks(AppId(app), user_id(), _somebody(), reason)
    runtime().bus.execute(command, actor_for(app))
    return go_to(f"/a/{app}/absence?done=handed_over")


def _somebody() -> UserId:
    return UserId(request.form.get("to", "")[:60])


def _day(name: str) -> datetime | None:
    """The beginning of a day in the visitor's zone."""
    try:
        day = datetime.strptime(request.form.get(name, ""), "%Y-%m-%d")  # noqa: DTZ007
    except ValueError:
        return None
    return day.replace(tzinfo=ZoneInfo(visitor().time_zone))


def _page(app: str, problem: str) -> str:
    seer, reading = visitor(), runtime().reading
    title = seer.words.say("absence.title")
    today = runtime().clock.now().astimezone(ZoneInfo(seer.time_zone)).date()
    return page(
        "absence.html",
        Crumb(live_app(app).definition.title.in_locale(seer.locale), f"/a/{app}/"),
        Crumb(title),
        app=app,
        here=f"/a/{app}/absence",
        heading=title,
        problem=problem,
        proxies=reading.substitutes(actor_for(app), AppId(app)),
        people=reading.colleagues(actor_for(app), AppId(app)),
        today=today.isoformat(),
    )
