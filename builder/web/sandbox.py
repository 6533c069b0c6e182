"""The designer's sandbox over HTTP: `/design/api/<app>/sandbox…`, one a designer and app."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from builder.drafts import Drafts
from builder.sandbox import Sandbox
from builder.scenario import moment
from builder.steps import Step, StepError, read_step
from builder.trials import OpenTrial, Trials
from builder.web import answers
from builder.web.sandbox_view import form_html, state_json
from engines.errors import Conflict, NotFound
from engines.form.answers import answers_from_form
from engines.form.model import Form
from engines.values import AppId, FormId, TaskId
from runtime.access.shown import FormPage
from runtime.commands import Actor
from runtime.exchange.seeds import SeedError
from runtime.web.needs import Runtime
from runtime.web.routes import JSON, can, route
from runtime.web.visitor import actor_for, live_app, user_id, visitor

_BASE = "/design/api/<app>/sandbox"
_DESIGN = can("design")
_MAX_BYTES = 200_000


def add_sandbox(blueprint: Blueprint, drafts: Drafts, runtime: Runtime) -> None:
    """Register the sandbox's addresses."""
    trials = Trials(runtime.store, runtime.clock, runtime.ids)
    _add_life(blueprint, trials, drafts, runtime)
    _add_use(blueprint, trials, drafts)


def _add_life(blueprint: Blueprint, trials: Trials, drafts: Drafts, runtime: Runtime) -> None:
    @route(blueprint, _BASE, permission=_DESIGN)
    def look(app: str) -> Response:
        try:
            trial = trials.find(user_id(), AppId(app))
        except NotFound:
            return answers.send({"is_open": False})
        return _state(trial, drafts, app, request.args.get("as", ""))

    @route(blueprint, f"{_BASE}/open", permission=_DESIGN, methods=["POST"], takes=JSON)
    def open_(app: str) -> Response:
        body = _body()
        text = drafts.view(actor_for(app), AppId(app)).text
        zone = ZoneInfo(live_app(app).definition.time_zone)
        at = moment(body["at"], zone) if body.get("at") else runtime.clock.now()
        trial = _opened(trials, AppId(app), text, at, body.get("seeds"))
        return _state(trial, drafts, app, str(body.get("as", "")))

    @route(blueprint, f"{_BASE}/close", permission=_DESIGN, methods=["POST"], takes=JSON)
    def close(app: str) -> Response:
        trials.close(user_id(), AppId(app))
        return answers.send({"is_open": False})


def _add_use(blueprint: Blueprint, trials: Trials, drafts: Drafts) -> None:
    @route(
        blueprint,
        f"{_BASE}/step",
        permission=_DESIGN,
        methods=["POST"],
        takes=JSON,
        max_bytes=_MAX_BYTES,
    )
    def step(app: str) -> Response:
        body = _body()
        trial = trials.find(user_id(), AppId(app))
        with trial.lock:
            trials.take(trial, _step_of(trial.sandbox, body))
        return _state(trial, drafts, app, str(body.get("as", "")))

    @route(
        blueprint,
        f"{_BASE}/form",
        permission=_DESIGN,
        methods=["POST"],
        takes=JSON,
        max_bytes=_MAX_BYTES,
    )
    def form(app: str) -> Response:
        body = _body()
        trial = trials.find(user_id(), AppId(app))
        with trial.lock:
            actor = trial.sandbox.actor(str(body.get("as", "")))
            return answers.send(_form_json(trial.sandbox, actor, body))


def _state(trial: OpenTrial, drafts: Drafts, app: str, who: str) -> Response:
    text = drafts.view(actor_for(app), AppId(app)).text
    locale = visitor().locale.split("-", 1)[0]
    with trial.lock:
        return answers.send(state_json(trial, who, text, locale))


def _form_json(sandbox: Sandbox, actor: Actor, body: Mapping[str, Any]) -> dict[str, Any]:
    """A form to fill: of a task, of a record to change, or a blank one; after answers so far."""
    extra: dict[str, Any] = {}
    locale = visitor().locale.split("-", 1)[0]
    typed = _typed(body)
    if body.get("task"):
        task = sandbox.reading.task(actor, sandbox.app, TaskId(str(body["task"])))
        page: FormPage = task.page
        extra["outcomes"] = [
            {"id": one.id, "title": one.title.in_locale(locale)} for one in task.outcomes
        ]
        extra["help"] = task.help.in_locale(locale)
    elif body.get("record"):
        case = sandbox.case(str(body["record"]))
        definition = sandbox.definition.forms[case.form]
        page = sandbox.reading.preview(
            actor, sandbox.app, case.form, case.record, answers_from_form(definition, typed)
        )
    else:
        definition = _form(sandbox, str(body.get("form", "")))
        given = answers_from_form(definition, typed)
        page = sandbox.reading.preview(actor, sandbox.app, definition.id, None, given)
    return {**extra, "html": form_html(sandbox, page, actor, locale, {})}


def _step_of(sandbox: Sandbox, body: Mapping[str, Any]) -> Step:
    """The step of a request: as it is written in tests, but with the answers as a form posts."""
    written = body.get("step")
    if not isinstance(written, dict):
        raise BadRequest
    if "answer" in written:
        return read_step({**written, "with": _answered(body)})
    form = _form_of_step(sandbox, written)
    given = answers_from_form(form, _typed(body)) if form is not None else {}
    answered = _without_blanks(given) if "submit" in written else given
    return read_step({**written, "with": answered})


def _answered(body: Mapping[str, Any]) -> Any:
    """What another program answers, from the text of its JSON."""
    text = str(body.get("answer") or "").strip()
    try:
        found = json.loads(text or "{}", parse_float=str)
    except (ValueError, RecursionError) as error:
        raise StepError(f"The answer is no JSON: {error}.") from error
    if not isinstance(found, dict | list):
        raise StepError("An answer is an object or a list.")
    return found


def _form_of_step(sandbox: Sandbox, written: Mapping[str, Any]) -> Form | None:
    if "submit" in written:
        return _form(sandbox, str(written["submit"]))
    label = str(written.get("change") or written.get("on") or "")
    return sandbox.definition.forms[sandbox.case(label).form] if label else None


def _form(sandbox: Sandbox, form: str) -> Form:
    found = sandbox.definition.forms.get(FormId(form))
    if found is None:
        raise NotFound(f"form {form}")
    return found


def _typed(body: Mapping[str, Any]) -> dict[str, list[str]]:
    given = body.get("typed") or {}
    if not isinstance(given, dict):
        raise BadRequest
    return {
        str(name): [str(one) for one in values]
        for name, values in given.items()
        if isinstance(values, list) and not str(name).startswith("_")
    }


def _without_blanks(given: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in given.items() if value not in ("", None)}


def _opened(trials: Trials, app: AppId, text: str, at: datetime, has_seeds: object) -> OpenTrial:
    try:
        return trials.open(user_id(), app, text, at=at, with_seeds=has_seeds is True)
    except SeedError as error:
        raise Conflict(str(error)) from error


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise BadRequest
    return body
