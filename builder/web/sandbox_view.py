"""A sandbox as the designer's page shows it, as JSON. Decides nothing and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from builder import answering
from builder.keeping import kept
from builder.sandbox import Sandbox
from builder.telling import as_json, told_trace
from builder.trials import OpenTrial
from builder.witness import Case
from engines.errors import NotAllowed, NotFound
from engines.form.display import Display, datetime_text
from engines.form.model import Form
from engines.source import dump
from engines.values import FieldId
from runtime.access import gate
from runtime.access.shown import Choice, FormPage, ShownTask
from runtime.access.told_timers import ToldTimer
from runtime.commands import Actor
from runtime.web.catalogue import catalogue
from runtime.web.slots import Filled, sections_to_edit, slots_to_edit, text_of
from runtime.web.specialise import is_list, specialised
from runtime.web.timer_words import timer_text

_MOST_LINES = 400


def state_json(trial: OpenTrial, who: str, draft_text: str, locale: str) -> dict[str, Any]:
    """All of a sandbox as somebody of it sees it, and what only its designer sees beside it."""
    sandbox = trial.sandbox
    who = who if who in sandbox.people else sandbox.people[0]
    actor, display = sandbox.actor(who), _display(sandbox, locale)
    next_due = sandbox.next_due
    lines = told_trace(sandbox, sandbox.trace()[-_MOST_LINES:], locale)
    return {
        "is_open": True,
        "is_stale": trial.text != draft_text,
        "who": who,
        "now": datetime_text(sandbox.now, display),
        "next_due": datetime_text(next_due, display) if next_due else "",
        "people": [_person_json(sandbox, name, locale) for name in sandbox.people],
        "forms": [
            {"id": form.id, "title": form.title.in_locale(locale)}
            for form in sandbox.definition.forms.values()
            if gate.ever(form, actor, "create")
        ],
        "cases": [_case_json(sandbox, case, actor, display) for case in sandbox.cases[::-1]],
        "messages": _messages_json(sandbox, display),
        "calls": _calls_json(sandbox, display),
        "timers": [
            {"due": datetime_text(due_at, display), "what": _timer_text(told, locale)}
            for due_at, told in sandbox.told_timers()
        ],
        "trace": [{**as_json(one), "at": datetime_text(one.at, display)} for one in lines],
        "steps": len(trial.steps),
        "has_seeds": sandbox.seeds > 0,
        "test": dump({"tests": {"tried": kept(sandbox, trial.steps)}}),
    }


def form_html(
    sandbox: Sandbox, page: FormPage, actor: Actor, locale: str, problems: Mapping[str, str]
) -> str:
    """The fields of a form by the pages' own renderer."""

    def choices(field: FieldId) -> tuple[Choice, ...]:
        try:
            return sandbox.reading.lookup(actor, sandbox.app, page.form.id, field, "")
        except NotAllowed:
            return ()  # who may read none of the linked records has none to choose from

    display = _display(sandbox, locale)
    slots = slots_to_edit(page, sandbox.app, display, choices, Filled({}, problems))
    template = specialised(page.form, locale)
    return template.render(slots=slots, sections=sections_to_edit(page, slots))


def _display(sandbox: Sandbox, locale: str) -> Display:
    return Display(locale, ZoneInfo(sandbox.definition.time_zone))


def _person_json(sandbox: Sandbox, name: str, locale: str) -> dict[str, str]:
    titles = [
        sandbox.definition.roles[role].title.in_locale(locale)  # type: ignore[index]
        for role in sandbox.roles_by_person[name]
    ]
    return {"name": name, "title": ", ".join(titles)}


def _messages_json(sandbox: Sandbox, display: Display) -> list[dict[str, str]]:
    return [
        {
            "at": datetime_text(one.at, display),
            "channel": one.message.channel,
            "to": one.message.target,
            "subject": one.message.subject,
            "body": one.message.body,
        }
        for one in sandbox.messages[::-1]
        if one.message.channel != answering.CHANNEL
    ]


def _calls_json(sandbox: Sandbox, display: Display) -> list[dict[str, Any]]:
    """Calls of other programs, the newest first; `sample` is an answer to fill in."""
    return [
        {
            "id": one.made.message.id,
            "at": datetime_text(one.made.at, display),
            "connector": one.connector,
            "subject": one.subject,
            "case": one.case.label if one.case is not None else "",
            "url": one.order["url"],
            "sent": _json_text(one.order["json"]),
            "sample": _json_text(answering.sample(one.order)),
            "state": one.state,
            "why": one.problem,
        }
        for one in answering.calls(sandbox)[::-1]
    ]


def _timer_text(told: ToldTimer, locale: str) -> str:
    parts = (timer_text(told, catalogue(locale), locale), told.record_title)
    return " · ".join(one for one in parts if one)


def _json_text(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) if data is not None else ""


def _case_json(sandbox: Sandbox, case: Case, actor: Actor, display: Display) -> dict[str, Any]:
    """A record with what may be done about it; one that the person may not see shows its name."""
    form = sandbox.definition.forms[case.form]
    about: dict[str, Any] = {
        "label": case.label,
        "form": form.title.in_locale(display.locale),
        "title": case.label,
        "is_hidden": True,
        "can_update": False,
        "values": [],
        "startable": [],
        "flows": [],
        "tasks": _tasks_json(sandbox, case, actor, display),
    }
    try:
        shown = sandbox.reading.record(actor, sandbox.app, case.form, case.record)
        flows = sandbox.flows(case.label)
    except NotFound:
        return about
    display = Display(display.locale, display.zone, shown.names)
    return {
        **about,
        "title": shown.title,
        "is_hidden": False,
        "can_update": shown.can_update,
        "values": _values(form, shown.values, sandbox, display),
        "flows": [
            {"title": one.title.in_locale(display.locale), "status": one.status} for one in flows
        ],
        "startable": [
            {"id": flow.id, "title": flow.title.in_locale(display.locale)}
            for flow in sandbox.definition.flows_for(case.form)
            if shown.can_update
        ],
    }


def _values(
    form: Form, values: Mapping[FieldId, Any], sandbox: Sandbox, display: Display
) -> list[tuple[str, str]]:
    found = [
        (one.title.in_locale(display.locale), text_of(one, values[one.id], sandbox.app, display))
        for one in form.fields.values()
        if values.get(one.id) is not None and not is_list(one) and not one.is_system
    ]
    return [(title, _plain(text)) for title, text in found if text]


def _tasks_json(
    sandbox: Sandbox, case: Case, actor: Actor, display: Display
) -> list[dict[str, Any]]:
    mine = [
        task
        for which in ("mine", "pool")
        for task in sandbox.reading.tasks(actor, sandbox.app, which)
        if task.record == case.record
    ]
    own = {task.id: task for task in mine}
    try:
        every = [task for task in sandbox.tasks(case.label) if task.state == "open"]
    except NotFound:
        every = []
    return [_task_json(own.get(task.id, task), display, is_own=task.id in own) for task in every]


def _task_json(task: ShownTask, display: Display, *, is_own: bool) -> dict[str, Any]:
    return {
        "id": task.id,
        "node": task.node,
        "title": task.title.in_locale(display.locale),
        "who": task.assignee_name or task.role,
        "due": datetime_text(task.due_at, display) if task.due_at else "",
        "can_act": is_own and task.can_act,
        "can_claim": is_own and task.can_claim,
        "can_release": is_own and task.can_release,
    }


def _plain(shown: str) -> str:
    return shown.striptags() if isinstance(shown, Markup) else shown
