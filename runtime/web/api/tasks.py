"""`/api/v1/<app>/-/tasks`: list, read, claim, release, complete. `-` keeps clear of form ids."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from engines.values import AppId, FileId, NodeId, TaskId, UserId
from runtime.access import task_lists
from runtime.access.task_lists import TaskAsk
from runtime.commands import ClaimTask, CompleteTask, ReleaseTask
from runtime.web.api.shapes import (
    Json,
    answer,
    body,
    key_of,
    record_json,
    revision_of,
    task_json,
    values_of,
)
from runtime.web.routes import JSON, SIGNED_IN, command, route
from runtime.web.visitor import actor_for, runtime, visitor

tasks = Blueprint("api_tasks", __name__, url_prefix="/api/v1/<app>/-")

_COMPLETING = frozenset(
    {"outcome", "values", "comment", "revision", "signature", "attachments", "chosen"}
)
_WHICH = ("mine", "pool", "done")


@route(tasks, "/tasks", permission=SIGNED_IN, takes=JSON, is_api=True)
def listed(app: str) -> Response:
    """The caller's tasks by due time: `which=mine|pool|done`; `skip` those of the pages before.

    `q` and `node` leave those found by words, and those of a step.
    """
    which, skip = request.args.get("which", "mine"), request.args.get("skip", "0")
    if which not in _WHICH:
        raise BadRequest("which is one of mine, pool, done")
    if not skip.isdecimal() or len(skip) > 7:
        raise BadRequest("skip is the `next` of the answer before")
    words, node = request.args.get("q", "").strip()[:100], request.args.get("node", "")[:60]
    step = NodeId(node) if node else None
    ask = TaskAsk(which, words, step, task_lists.MOST_TASKS, int(skip))
    found = runtime().reading.task_list(actor_for(app), AppId(app), ask)
    following = ask.skip + len(found.tasks) if found.has_more else None
    told = [task_json(one, visitor().locale) for one in found.tasks]
    return answer({"tasks": told, "next": following})


@route(tasks, "/tasks/<task>", permission=SIGNED_IN, takes=JSON, is_api=True)
def read(app: str, task: str) -> Response:
    """A task with its outcomes, the fields that may be changed, and its record."""
    found = runtime().reading.task(actor_for(app), AppId(app), TaskId(task))
    locale = visitor().locale
    data = {
        **task_json(found.task, locale),
        "help": found.help.in_locale(locale),
        "outcomes": {one.id: one.title.in_locale(locale) for one in found.outcomes},
        "editable": sorted(found.page.editable),
        "record_data": record_json(found.page.form, found.record),
    }
    return answer(data)


@command(tasks, "/tasks/<task>/claim", "POST")
def claim(app: str, task: str) -> Response:
    """Take a task of the pool; 409 when somebody was faster."""
    runtime().bus.execute(
        ClaimTask(AppId(app), TaskId(task)), actor_for(app), idempotency_key=key_of()
    )
    return Response(status=204)


@command(tasks, "/tasks/<task>/release", "POST")
def release(app: str, task: str) -> Response:
    """Give a task back to the pool."""
    runtime().bus.execute(
        ReleaseTask(AppId(app), TaskId(task)), actor_for(app), idempotency_key=key_of()
    )
    return Response(status=204)


@command(tasks, "/tasks/<task>/complete", "POST")
def complete(app: str, task: str) -> Response:
    """Finish a task: `{"outcome": id, "values": {…}, "comment": "", "revision": n, …}`.

    `signature` and `attachments` are ids of files uploaded before, `chosen` those of people.
    """
    data = body(_COMPLETING)
    outcome, comment = data.get("outcome"), data.get("comment", "")
    signature = data.get("signature", "")
    if (
        not isinstance(outcome, str)
        or not isinstance(comment, str)
        or not isinstance(signature, str)
    ):
        raise BadRequest("outcome, comment and signature are texts")
    asked = CompleteTask(
        AppId(app),
        TaskId(task),
        outcome,
        values_of(data),
        comment[:5_000],
        revision_of(data),
        signature=FileId(signature) if signature else None,
        attachments=tuple(map(FileId, _texts(data, "attachments"))),
        chosen=tuple(map(UserId, _texts(data, "chosen"))),
    )
    runtime().bus.execute(asked, actor_for(app), idempotency_key=key_of())
    return Response(status=204)


def _texts(data: Json, key: str) -> list[str]:
    """A list of texts of the body, empty when not given."""
    found = data.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise BadRequest(f"{key} is a list of texts")
    return found
