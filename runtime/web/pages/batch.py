"""Finishing several tasks at once with one outcome; each is refused or done by itself.

What asks for a comment, a signature or an attachment is refused, and named: nobody signs unseen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response as AnyResponse

from engines.errors import Conflict, FieldErrors, NotAllowed, NotFound
from engines.values import AppId, LocaleText, TaskId
from runtime.access.shown import TaskPage
from runtime.access.task_lists import MOST_TASKS
from runtime.commands import CompleteTask
from runtime.web import addresses
from runtime.web.errors import refusal_text
from runtime.web.filling import filled
from runtime.web.redirects import go_to
from runtime.web.rendering import Crumb, page
from runtime.web.routes import SIGNED_IN, route
from runtime.web.visitor import actor_for, live_app, runtime, visitor

batch = Blueprint("batch", __name__)

_MOST_TASKS = MOST_TASKS  # all that a page lets one choose


@dataclass(frozen=True, slots=True)
class Went:
    """How it went with one task; `why` is empty when it was done."""

    title: LocaleText
    record_title: str
    href: str
    why: str


@route(batch, "/a/<app>/tasks/batch", permission=SIGNED_IN, methods=["POST"])
def act(app: str) -> str | AnyResponse:
    """Ask for the outcome, then finish the chosen tasks with it."""
    found = list(_chosen(app))
    if not found:
        return go_to(addresses.tasks(AppId(app)))
    outcome = request.form.get("outcome", "")[:60]
    if not outcome:
        return _page(app, found, offered=_offered(found), went=[])
    went = [_went(app, one, outcome) for one in found]
    status = 200 if all(not one.why for one in went) else 422
    return make_response(_page(app, found, offered=[], went=went), status)


def _chosen(app: str) -> Iterable[TaskPage]:
    for task in dict.fromkeys(request.form.getlist("_ids")[:_MOST_TASKS]):
        try:
            yield runtime().reading.task(actor_for(app), AppId(app), TaskId(task[:60]))
        except NotFound:
            continue


def _offered(found: list[TaskPage]) -> list[tuple[str, str, int]]:
    """(outcome, title, how many of the tasks have it), those that most have first."""
    locale = visitor().locale
    titles: dict[str, str] = {}
    counts: dict[str, int] = {}
    for one in found:
        for outcome in one.outcomes:
            titles.setdefault(outcome.id, outcome.title.in_locale(locale))
            counts[outcome.id] = counts.get(outcome.id, 0) + 1
    by_count = sorted(counts, key=lambda id_: -counts[id_])
    return [(id_, titles[id_], counts[id_]) for id_ in by_count]


def _went(app: str, found: TaskPage, outcome: str) -> Went:
    return Went(
        title=found.task.title,
        record_title=found.task.record_title,
        href=addresses.task(AppId(app), found.task.id),
        why=_tried(app, found, outcome),
    )


def _tried(app: str, found: TaskPage, outcome: str) -> str:
    """'' when it was done, else why not."""
    words = visitor().words
    way = next((one for one in found.outcomes if one.id == outcome), None)
    if way is None:
        return words.say("batch.no_outcome")
    if way.demands:
        return words.say("batch.demands")
    key = request.form.get("_key", "")[:60]
    command = CompleteTask(AppId(app), found.task.id, outcome, revision=found.page.revision)
    try:
        runtime().bus.execute(
            command, actor_for(app), idempotency_key=f"{key}:{found.task.id}" if key else ""
        )
    except FieldErrors as error:
        problems = filled({}, error).problems
        form, locale = found.page.form, visitor().locale
        titles = {str(one.id): one.title.in_locale(locale) for one in form.fields.values()}
        return " ".join(f"{titles.get(name, name)}: {said}" for name, said in problems.items())
    except (NotAllowed, NotFound, Conflict) as error:
        return refusal_text(error)
    return ""


def _page(
    app: str, found: list[TaskPage], *, offered: list[tuple[str, str, int]], went: list[Went]
) -> str:
    seer = visitor()
    title = seer.words.say("batch.title", count=len(found))
    return page(
        "batch.html",
        Crumb(live_app(app).definition.title.in_locale(seer.locale), f"/a/{app}/"),
        Crumb(seer.words.say("tasks.title"), addresses.tasks(AppId(app))),
        Crumb(title),
        app=app,
        heading=title,
        found=found,
        offered=offered,
        went=went,
        back=addresses.tasks(AppId(app)),
        key=runtime().ids.token(),
    )
