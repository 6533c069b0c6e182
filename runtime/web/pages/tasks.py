"""Tasks: lists of mine, the pool's and done ones; one task with its form and its outcomes."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, make_response, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from engines.errors import FieldErrors
from engines.values import AppId, NodeId, TaskId, UserId
from runtime.access import task_lists
from runtime.access.shown import Choice, TaskPage
from runtime.access.task_lists import TaskAsk, TaskList
from runtime.commands import ClaimTask, CompleteTask, ReleaseTask
from runtime.web import addresses, filling
from runtime.web.live import live_program
from runtime.web.redirects import go_to
from runtime.web.rendering import Crumb, page
from runtime.web.routes import FORM, SIGNED_IN, route
from runtime.web.slots import Filled
from runtime.web.story import told
from runtime.web.uploads import take_enclosures
from runtime.web.visitor import actor_for, live_app, runtime, user_id, visitor

tasks = Blueprint("tasks", __name__)

WHICH = ("mine", "pool", "done")
TABS = (*WHICH, "cc")
_MAX_BYTES = 64 * 1024 * 1024
_NOTHING = TaskList((), (), has_more=False)


@route(tasks, "/a/<app>/tasks", permission=SIGNED_IN)
def listed(app: str) -> str:
    """The visitor's tasks by due time, and the copies they were sent."""
    asked = request.args.get("which", "mine")
    which = asked if asked in TABS else "mine"
    seer, reading, actor = visitor(), runtime().reading, actor_for(app)
    copies = reading.copies(actor, AppId(app))
    counts = {one: reading.task_count(actor, AppId(app), one) for one in WHICH} | {
        "cc": sum(not one.is_read for one in copies)
    }
    ask, found = _asked(which), _NOTHING
    if which in WHICH:
        found = reading.task_list(actor, AppId(app), ask)
    return page(
        "tasks.html",
        Crumb(live_app(app).definition.title.in_locale(seer.locale), f"/a/{app}/"),
        Crumb(seer.words.say("tasks.title"), addresses.tasks(AppId(app))),
        Crumb(seer.words.say(f"tasks.{which}")),
        app=app,
        here=addresses.tasks(AppId(app), which),
        which=which,
        counts=counts,
        tasks=found.tasks,
        copies=copies if which == "cc" else (),
        kinds=TABS,
        search=ask.words,
        node=ask.node,
        titles=sorted({(id_, title.in_locale(seer.locale)) for id_, title in found.steps}),
        next_href=_next_href(ask, found),
        can_batch=any(one.can_act for one in found.tasks),
        is_staff=bool(actor.roles - live_app(app).definition.portal_roles) or actor.is_admin,
    )


def _asked(which: str) -> TaskAsk:
    """What the address asks for."""
    search, node = request.args.get("q", "").strip()[:100], request.args.get("node", "")[:60]
    step = NodeId(node) if node else None
    return TaskAsk(which, search, step, task_lists.MOST_TASKS, _skipped())


def _next_href(ask: TaskAsk, found: TaskList) -> str:
    """Where the next page is; '' where there is none."""
    query = {"which": ask.which, "q": ask.words, "node": ask.node, "skip": ask.skip + ask.most}
    said = urlencode({name: value for name, value in query.items() if value})
    return f"?{said}" if found.has_more else ""


def _skipped() -> int:
    """How many tasks stand on the pages before."""
    asked = request.args.get("skip", "")
    return int(asked) if asked.isdecimal() and len(asked) < 8 else 0


@route(tasks, "/a/<app>/tasks/<task>", permission=SIGNED_IN)
def show(app: str, task: str) -> str:
    """A task with its form."""
    found = runtime().reading.task(actor_for(app), AppId(app), TaskId(task))
    return _task_page(app, found, filling.filled({}, None))


@route(
    tasks,
    "/a/<app>/tasks/<task>",
    permission=SIGNED_IN,
    methods=["POST"],
    takes=FORM,
    max_bytes=_MAX_BYTES,
)
def complete(app: str, task: str) -> str | AnyResponse:
    """Finish a task with one of its outcomes."""
    found = runtime().reading.task(actor_for(app), AppId(app), TaskId(task))
    typed: dict[str, list[str]] = {}
    try:
        typed = filling.posted(found.page.form)
        if filling.is_update():
            return _updated(app, found, typed)
        runtime().bus.execute(
            _completion(app, found, typed),
            actor_for(app),
            idempotency_key=request.form.get("_key", "")[:100],
        )
    except FieldErrors as error:
        shown = _as_answered(app, found, typed)
        return make_response(_task_page(app, shown, filling.filled(typed, error)), 422)
    there = addresses.record(AppId(app), found.task.form, found.task.record)
    return go_to(f"{there}?done=completed")


@route(tasks, "/a/<app>/tasks/<task>/claim", permission=SIGNED_IN, methods=["POST"])
def claim(app: str, task: str) -> AnyResponse:
    """Take a task of the pool."""
    runtime().bus.execute(ClaimTask(AppId(app), TaskId(task)), actor_for(app))
    return go_to(f"{addresses.task(AppId(app), TaskId(task))}?done=claimed")


@route(tasks, "/a/<app>/tasks/<task>/release", permission=SIGNED_IN, methods=["POST"])
def release(app: str, task: str) -> AnyResponse:
    """Give a task back to the pool."""
    runtime().bus.execute(ReleaseTask(AppId(app), TaskId(task)), actor_for(app))
    return go_to(f"{addresses.tasks(AppId(app), 'pool')}&done=released")


def _completion(app: str, found: TaskPage, typed: dict[str, list[str]]) -> CompleteTask:
    revision = request.form.get("_revision", "")
    return CompleteTask(
        AppId(app),
        found.task.id,
        outcome=request.form.get("_outcome", "")[:60],
        answers=filling.answers_of(found.page.form, typed),
        comment=request.form.get("_comment", "").strip()[:5_000],
        signature=next(iter(take_enclosures("_signature", "image/")), None),
        attachments=tuple(take_enclosures("_attachments")),
        chosen=tuple(UserId(one[:60]) for one in request.form.getlist("_chosen") if one),
        revision=int(revision) if revision.isdecimal() else None,
    )


def _updated(app: str, found: TaskPage, typed: dict[str, list[str]]) -> str:
    """The page as it follows from the answers so far, or only its fields."""
    shown = _as_answered(app, found, typed)
    if request.headers.get("X-Part") == "fields":
        return Markup().join(
            filling.task_fields_html(shown.page, app, filling.filled(typed, None))
        )
    return _task_page(app, shown, filling.filled(typed, None))


def _as_answered(app: str, found: TaskPage, typed: dict[str, list[str]]) -> TaskPage:
    answers = filling.answers_of(found.page.form, typed)
    return runtime().reading.task(actor_for(app), AppId(app), found.task.id, answers)


def _people(app: str, found: TaskPage) -> tuple[Choice, ...]:
    """Whom the task can be given to or who can be asked to sign."""
    if not (found.acts.can_pass_on or found.acts.can_add_signer):
        return ()
    return runtime().reading.colleagues(actor_for(app), AppId(app))


def _signers_to_be(app: str, found: TaskPage) -> tuple[Choice, ...]:
    """Who may be asked to sign too: holders of the roles the step names, or anybody."""
    roles = found.acts.signer_roles
    if not found.acts.can_add_signer or roles is None:
        return _people(app, found)
    holders = runtime().reading.holders
    people = [one for role in roles for one in holders(actor_for(app), AppId(app), role)]
    return tuple(one for one in dict.fromkeys(people) if one.id != user_id())


def _choices(app: str, found: TaskPage) -> tuple[Choice, ...]:
    """Whom an outcome lets choose for a later step."""
    roles = {one.chooses for one in found.outcomes if one.chooses is not None}
    people = [
        one
        for role in sorted(roles)
        for one in runtime().reading.holders(actor_for(app), AppId(app), role)
    ]
    return tuple(dict.fromkeys(people))


def _task_page(app: str, found: TaskPage, filled: Filled) -> str:
    seer = visitor()
    title = found.task.title.in_locale(seer.locale)
    fields, known = filling.task_fields_html(found.page, app, filled)
    return page(
        "task.html",
        Crumb(live_app(app).definition.title.in_locale(seer.locale), f"/a/{app}/"),
        Crumb(seer.words.say("tasks.title"), addresses.tasks(AppId(app))),
        Crumb(title),
        app=app,
        task=found.task,
        heading=title,
        help=found.help.in_locale(seer.locale),
        outcomes=found.outcomes,
        acts=found.acts,
        people=_people(app, found),
        signers=found.signers,
        signers_to_be=_signers_to_be(app, found),
        choices=_choices(app, found),
        flow_href=addresses.flow(AppId(app), found.task.instance),
        story=told(
            runtime().reading.flow_view(actor_for(app), AppId(app), found.task.instance).story,
            AppId(app),
            seer,
        )
        if found.can_see_flow
        else [],
        fields=fields,
        known=known,
        problems=filling.problem_lines(found.page, app, filled),
        program=live_program(
            found.page, live_app(app), actor_for(app), seer.locale, runtime().clock.now()
        ),
        revision=found.page.revision,
        key=runtime().ids.token(),
        comment=request.form.get("_comment", ""),
        record_href=addresses.record(AppId(app), found.task.form, found.task.record),
        lookup=f"/a/{app}/f/{found.task.form}/lookup/",
        upload=f"/a/{app}/f/{found.task.form}/upload/",
        draft=f"draft:task:{found.task.id}",
        sensitive=filling.sensitive(found.page.form),
    )
